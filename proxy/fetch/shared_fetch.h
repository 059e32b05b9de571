// A Fetch with several readers, none of whom it belongs to: writes what the Fetch says into a
// FetchLog, lets the fastest reader set the pace, and ends with the answer, when it turns out not
// to be for sharing, or when nobody reads any more, which leaves the worker. Owned by the
// ThreadContext; home thread only.
#ifndef BANTO_PROXY_FETCH_SHARED_FETCH_H_
#define BANTO_PROXY_FETCH_SHARED_FETCH_H_

#include <memory>
#include <span>
#include <string_view>

#include "proxy/fetch/fetch.h"
#include "proxy/fetch/fetch_lease.h"
#include "proxy/fetch/fetch_log.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/thread_context.h"

namespace banto {

class SharedFetch final : public net::Deferred, private FetchReader, private LogHome {
 public:
  // Makes a Fetch that belonged to one reader a shared one; it must be joinable. Returns the place
  // in its log of who began it, and who must join that.
  static LogPlace Begin(ThreadContext* context, std::unique_ptr<Fetch> fetch,
                        std::unique_ptr<FetchLease> lease);
  ~SharedFetch() override;

 private:
  SharedFetch(ThreadContext* context, std::unique_ptr<Fetch> fetch,
              std::unique_ptr<FetchLease> lease);

  // FetchReader
  void OnFetchInterim(const http::ResponseHead& /*head*/) override {}
  void OnFetchHead(FetchHead head) override;
  void OnFetchData(std::span<const std::string_view> pieces, bool end) override;
  void OnFetchFailed(const Failure& failure) override;

  // LogHome
  void OnJoined() override {}
  void OnNobodyReads() override;
  void OnReadersTake() override;

  void GiveBack(FetchHead head);
  void CountUnread();
  void Finish();

  ThreadContext* const context_;
  std::unique_ptr<Fetch> fetch_;
  std::unique_ptr<FetchLease> lease_;
  const std::shared_ptr<FetchLog> log_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_SHARED_FETCH_H_
