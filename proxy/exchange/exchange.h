// One client's request and its answer, from the parsed request to the log line. It identifies what
// is asked, looks into the cache, begins a Fetch, gives the answer at the client's pace, and ends —
// every way through kFinish, once. Owned by its ClientConnection; loop thread only. Destroying it
// cancels its Fetch.
//
//   kIdentify ──► kLookUp ──► kAttach ──► kRelay ──► kFinish
//       │            │ hit       │ nobody    │ broken    ▲
//       └────────────┴──► kReply ◄───────────┘           │
//                           └────────────────────────────┘
#ifndef BANTO_PROXY_EXCHANGE_EXCHANGE_H_
#define BANTO_PROXY_EXCHANGE_EXCHANGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/exchange/answer_head.h"
#include "proxy/exchange/client_stream.h"
#include "proxy/exchange/identify.h"
#include "proxy/exchange/item_batch.h"
#include "proxy/exchange/late_answer.h"
#include "proxy/exchange/reply.h"
#include "proxy/fetch/fetch.h"
#include "proxy/fetch/fetch_lease.h"
#include "proxy/fetch/shared_reading.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/net/recycled.h"
#include "proxy/net/timer.h"
#include "proxy/ops/exchange_record.h"
#include "proxy/question/question.h"

namespace banto {

class alignas(64) Exchange final : public net::Deferred,
                                   public net::Recycled<Exchange>,
                                   public SharedReader {
 public:
  Exchange(ThreadContext* context, ClientStream* client, std::shared_ptr<Request> request);
  ~Exchange() override;

  void Run();               // once, after construction
  void OnClientWritable();  // it takes bytes again
  void OnClientGone();      // its socket closed, or it stopped reading: no answer is needed
  void OnClientEnded();     // it sends no more (FIN), but may still read
  // The process stops before the answer ends: the client is told, as for any broken answer.
  void OnShutDown();

  // SharedReader
  void OnFetchInterim(const http::ResponseHead& head) override;
  void OnFetchHead(FetchHead head) override;
  void OnFetchData(std::span<const std::string_view> pieces, bool end) override;
  void OnFetchFailed(const Failure& failure) override;
  void OnNotShared(bool may_join) override;
  void OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) override;

 private:
  enum class Step : uint8_t {
    kIdentify,  // determining what is asked, who may answer, and the cache plan
    kLookUp,    // waiting for the cache
    kAttach,    // about to begin a Fetch, or to join one
    kRelay,     // relaying from the Fetch to the client
    kCollect,   // … an answer to a part of what is asked
    kLate,      // … an unstreamed answer after our early head: collected to become one event
    kReply,     // sending an entry or an answer of our own
    kFinish,    // finished
  };
  enum class Next : uint8_t { kContinue, kWait };
  Next Identify();
  Next Preflight();
  Cors CorsHere() const;
  bool MayGive(const cache::Entry& entry) const;
  void RecordQuestion();
  Next LookUp();
  Next Found(cache::EntryPtr entry);
  Next NotGiven(cache::MissReason reason);
  void OnLookedUp(const cache::LookupResult& result);
  Next LookUpItems();
  Next ItemsLookedUp();
  Next AskForItems();
  bool TakesPart(FetchHead* head);
  void TakePart(std::span<const std::string_view> pieces, bool end);
  void GiveItems(std::shared_ptr<cache::Entry> answer);
  void NoteSeparation();
  Next Attach();
  void SetTimers();
  bool Joins(const Question& question);
  cache::EntryPtr StoredMeanwhile();
  void BeginFetch(QuestionPtr question);
  bool MayShare(const Question& question) const;
  void Share();
  Next ReplyListing(api::ListingAnswer listing);
  Next Refuse(Refusal refusal);
  void ReplyWith(AnswerHead head, std::string body);
  void BeginReply(AnswerHead head);
  void SendMore();
  std::string_view KeepAlive() const;
  void OnSilence();
  bool CommitEarly();
  void Collect(std::span<const std::string_view> pieces, bool end);
  void TellLate();
  void TellBroken(const Failure& failure);
  void EndWith(std::string_view frame);
  void OnTotalTimeout();
  void NoteLeft();
  const ops::FetchOutcome& outcome() const;
  // Where its answer comes from; nullptr: from nobody.
  AnswerSource* source() const {
    return reading_ ? static_cast<AnswerSource*>(reading_.get()) : fetch_.get();
  }
  void NoteFirstByte(const ops::FetchOutcome& fetch);
  void TakeOutcome();
  void DropSource();
  bool FallsBack(const Failure& failure);
  void Finish();
  void ForgetWritten(const FetchHead& head);
  bool WasWritten() const;

  // Members touched by every token come first (see attempt.h).
  ThreadContext* context_;
  ClientStream* client_;
  Step step_ = Step::kIdentify;
  bool paused_ = false;
  bool client_ended_ = false;      // it sends no more
  bool head_sent_ = false;         // the client has a status
  bool early_ = false;             // … and it was ours, before the worker's (commit_after)
  Effect effect_ = Effect::kNone;  // on stored answers, while the result of the write is unknown
  int64_t written_at_ms_ = 0;      // the last data that the client was given
  ops::ExchangeRecord record_;

  Request* const request_;              // the question's
  std::shared_ptr<Question> question_;  // filled by identify
  std::string shown_model_;             // used if its own name is too long to be shown
  std::unique_ptr<cache::PendingLookup> lookup_;
  int64_t lookup_at_us_ = 0;
  std::unique_ptr<Fetch> fetch_;            // its own
  std::unique_ptr<FetchLease> lease_;       // … which others may join
  std::unique_ptr<SharedReading> reading_;  // of one that it shares
  std::unique_ptr<LateAnswer> late_;
  std::unique_ptr<ItemBatch> batch_;  // of items kept one by one, while some are missing
  Reply reply_;
  net::Timer silence_timer_;               // commit_after, then keep_alive
  std::optional<net::Timer> total_timer_;  // timeouts.total, if set
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_EXCHANGE_H_
