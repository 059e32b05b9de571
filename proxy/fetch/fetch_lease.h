// The right of a Fetch to be joined: its key stands in the FetchTable while this lives. Whoever
// still waits to be let in when it ends asks for itself. Owned by whoever owns the Fetch, and told
// when somebody wants to join; home thread only.
#ifndef BANTO_PROXY_FETCH_FETCH_LEASE_H_
#define BANTO_PROXY_FETCH_FETCH_LEASE_H_

#include <functional>
#include <memory>

#include "cache/cache_key.h"
#include "proxy/fetch/fetch_log.h"
#include "proxy/fetch/fetch_table.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/question/question.h"

namespace banto {

// Whether all who ask the same may have this answer: one that is being kept, or a failure, which a
// stampede would not mend. What a worker refuses one caller it may grant another whose key is the
// same, if credentials are left out of that.
bool IsForAll(const Question& question, const FetchHead& head, bool recording);

// By what a question is found in the FetchTable: its cache key, apart for each [[models]] entry,
// because entries differ in how long they wait and for whom.
cache::CacheKey SharedKey(const Question& question);

class FetchLease final : public LogHome {
 public:
  // For a question whose cache plan has a key. `on_joined`: somebody waits to be let in.
  FetchLease(ThreadContext* context, const Question& question, std::function<void()> on_joined);
  ~FetchLease();
  FetchLease(const FetchLease&) = delete;
  FetchLease& operator=(const FetchLease&) = delete;

  // Once. Unless the question is the first of its key, this is of no use afterwards.
  FetchTable::Place Enter();
  const std::shared_ptr<FetchLog>& log() const { return log_; }
  // An answer begins, which others may join as long as it is `recorded`.
  void OnHead(const Question& question, const FetchHead& head, bool recorded);
  // Later askers begin anew; who is let in already stays.
  void LetNobodyIn();
  // The answer is not for sharing, and nor will be the next.
  void Unshare();

  // LogHome
  void OnJoined() override { on_joined_(); }
  void OnNobodyReads() override {}
  void OnReadersTake() override {}

 private:
  void End(bool may_join);

  ThreadContext* const context_;
  const cache::CacheKey key_;
  const std::function<void()> on_joined_;
  std::shared_ptr<FetchLog> log_;  // nullptr: not entered, or ended
  bool is_in_table_ = true;        // … and later askers find it
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_LEASE_H_
