// A copy of a request for another model ([[models]] mirror): asked at once or not at all, read by
// nobody, only counted, so that a new model can be compared with the one that answers. Owned by the
// ThreadContext, not by the Exchange whose request it copies; loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_MIRROR_H_
#define BANTO_PROXY_EXCHANGE_MIRROR_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/fetch.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/thread_context.h"

namespace banto {

class Mirror final : public net::Deferred, private FetchReader {
 public:
  // Begins a copy of `original` if it is among the share that its entry wants copied, leaves
  // nothing behind, finds memory to spare and a worker with a free slot. Returns the model that
  // gets it; empty: none.
  static std::string_view MayBegin(ThreadContext* context, Request* request,
                                   const Question& original);
  ~Mirror() override;

 private:
  Mirror(ThreadContext* context, std::shared_ptr<const Question> copy, const Question& original);

  // FetchReader
  void OnFetchInterim(const http::ResponseHead& /*head*/) override {}
  void OnFetchHead(FetchHead head) override { status_ = head.status; }
  void OnFetchData(std::span<const std::string_view> pieces, bool end) override;
  void OnFetchFailed(const Failure& failure) override;

  void Finish();

  ThreadContext* const context_;
  const std::shared_ptr<const Question> question_;
  const std::string original_;  // the model of the request that is copied, which may be over
  const bool original_known_;
  const int64_t began_us_;
  int status_ = 0;  // 0: no worker took it
  std::unique_ptr<Fetch> fetch_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_MIRROR_H_
