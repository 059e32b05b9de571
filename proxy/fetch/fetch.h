// One question to the workers: picks one, waits for a slot, sends an Attempt, decides whether a
// failure is tried elsewhere, reads the answer by its dialect, records it and hands it to its
// reader, which may leave. Belongs to the question, not to a client. Owned by its Exchange, or by a
// SharedFetch; loop thread only. Destroying it cancels: the socket closes, no worker is blamed.
//
//   kPick ──► kAwait ──► kReceive ──► kFinish
//    │ ▲        │  ▲ retry  │            ▲
//    ▼ │        └──┴────────┼────────────┤ failed for good
//   kQueue ─────────────────┴────────────┘
#ifndef BANTO_PROXY_FETCH_FETCH_H_
#define BANTO_PROXY_FETCH_FETCH_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/fetch/answer_source.h"
#include "proxy/fetch/attempt.h"
#include "proxy/fetch/elsewhere.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/keeper.h"
#include "proxy/fetch/placing.h"
#include "proxy/fetch/relay.h"
#include "proxy/fetch/relay_sink.h"
#include "proxy/fetch/stream_wish.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/fetch/translation.h"
#include "proxy/fetch/usage_wish.h"
#include "proxy/net/recycled.h"
#include "proxy/net/timer.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"

namespace banto {

class alignas(64) Fetch final : public AnswerSource,
                                public net::Recycled<Fetch>,
                                public AttemptListener,
                                private RelaySink {
 public:
  // `reader`: nullptr if nobody reads; the answer is then only stored.
  Fetch(ThreadContext* context, QuestionPtr question, FetchReader* reader);
  ~Fetch() override;

  void Run();
  // AnswerSource
  void Pause() override;
  void Resume() override;
  // … and the Attempt counts as abandoned by the client.
  void Leave() override;
  bool queued() const override { return step_ == Step::kQueue; }
  const ops::FetchOutcome& outcome() const override { return outcome_; }
  ops::FetchOutcome TakeOutcome() override { return std::move(outcome_); }
  int64_t next_sequence() const override { return relay_.next_sequence(); }

  bool over() const { return step_ == Step::kFinish; }
  const Question& question() const { return *question_; }
  // From now on another reads it.
  void ReadBy(FetchReader* reader) { reader_ = reader; }
  // Whether its reader has the head.
  bool answered() const { return step_ == Step::kReceive; }
  // Whether others may still read all of it: it has not begun to answer, or is being recorded.
  bool IsJoinable() const;
  bool recording() const { return keeper_ && keeper_->recording(); }
  // What its reader was given, while it is recorded.
  std::string_view recorded() const { return keeper_->so_far(); }
  // The head of an answer that is recorded, for readers who joined: as from the cache.
  FetchHead HeadForOthers() const;

  // AttemptListener
  void OnAttemptInterim(const http::ResponseHead& head) override;
  void OnAttemptHead(http::ResponseHead* head) override;
  void OnAttemptData(std::span<const std::string_view> pieces, bool end) override;
  void OnAttemptFailed(const Failure& failure) override;

 private:
  // RelaySink
  bool OnRelayBegins() override;
  void OnFirstToken() override;
  bool OnRelayData(std::span<const std::string_view> pieces) override;
  void OnRelayWhole(std::span<const std::string_view> last, bool clean) override;
  void OnErrorEvent(const http::Frame& frame, int status) override;
  void OnErrorBody(std::string body) override;
  void OnRelayBroken(FailureKind kind, std::string_view what) override;
  void SetWorkerReading(bool reading) override;
  int64_t AnswerAgeUs() const override { return attempt_->AgeUs(); }

  enum class Step : uint8_t {
    kPick,     // choosing a worker and taking its slot
    kQueue,    // every worker is full: waiting for a slot
    kAwait,    // an Attempt runs; the reader has nothing yet, so another may follow
    kReceive,  // the reader has the head
    kFinish,   // finished
  };

  void Pick(const Failure* last = nullptr);
  void FollowGroup();
  void Enqueue();
  void OnTimeout();
  void OnQueueTimeout();
  void NoteQueueWait();
  void Begin(upstream::InFlight slot, const char* why);
  api::CannotCarry FitCall(const upstream::Worker& worker);
  void DropAttempt();
  void Commit();
  WorkersError ErrorOf(int status, std::string body) const;
  void NoteUsage();
  void AnswerError(WorkersError error);
  void EstimateInstead(WorkersError* error);
  void AttemptOver(FailureKind kind, int status, int64_t retry_after_ms, bool stale = false);
  bool Retry(const Failure& failure);
  void AskAgain();
  void AskElsewhere(api::NotHere lacks, WorkersError error);
  void GiveUp(const Failure& failure);

  // Members touched by every token come first, in three cache lines (see attempt.h).
  ThreadContext* context_;
  FetchReader* reader_;  // nullptr after Leave(), or from the start
  Step step_ = Step::kPick;
  bool free_retry_used_ = false;
  int retries_left_;
  std::unique_ptr<Keeper> keeper_;  // nullptr: the answer is not stored
  Relay relay_;                     // of the current Attempt's answer
  ops::FetchOutcome outcome_;       // its frame count comes first

  UpstreamCall call_;
  const upstream::WorkerGroup* group_;  // the workers it may ask
  upstream::WorkerGroupPtr newest_;     // … if it is newer than the question's snapshot
  QuestionPtr question_;
  UsageWish usage_wish_;
  StreamWish stream_wish_;
  std::unique_ptr<Translation> translation_;  // once a worker needed one
  Placing placing_;
  upstream::Tried tried_;
  int attempts_ = 0;
  std::unique_ptr<Attempt> attempt_;
  std::unique_ptr<upstream::QueuePlace> place_;
  int64_t queued_at_us_ = 0;
  net::Timer timer_;         // queue_timeout, first_token, or until the prompt must be read
  FetchHead head_;           // of the current Attempt
  WorkersError last_error_;  // used if no other worker does better
  Elsewhere elsewhere_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_H_
