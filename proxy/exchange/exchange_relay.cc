// How an Exchange relays: passes on what its Fetch delivers, at the client's pace and as long as
// the client is there.
#include <utility>

#include "proxy/api/error_shape.h"
#include "proxy/api/keep_alive.h"
#include "proxy/exchange/exchange.h"
#include "proxy/exchange/judged_pages.h"
#include "proxy/fetch/attempt_verdict.h"
#include "proxy/http/headers.h"
#include "proxy/net/spare_string.h"

namespace banto {
namespace {

AnswerHead RelayedHead(const HeadFacts& facts, bool head_only, FetchHead* head) {
  AnswerHead answer;
  answer.status = head->status;
  answer.fields = std::move(head->fields);
  AppendAnswerFields(facts, &answer.fields);
  answer.length = head->length;
  answer.dated = head->dated;
  answer.no_payload = head_only || head->status == 204 || head->status == 304;
  return answer;
}

}  // namespace

void Exchange::OnFetchInterim(const http::ResponseHead& head) {
  if (step_ != Step::kRelay || head_sent_) return;
  http::FieldList fields;
  http::AppendEndToEndFields(head, &fields);
  client_->Inform(head.status(), fields);
}

void Exchange::OnFetchHead(FetchHead head) {
  if (step_ != Step::kRelay || (batch_ && TakesPart(&head))) return;
  if (head.status >= 400 && FallsBack(FailureBy(head))) return;
  if (effect_ != Effect::kNone) ForgetWritten(head);
  if (lease_) lease_->OnHead(*question_, head, fetch_->recording());
  if (request_->head.Has(http::FieldName::kOrigin) && question_->config().cors.origins.empty())
    NoteWordToPage(head);
  if (early_ && !head.stream) {
    late_ = std::make_unique<LateAnswer>(std::move(head));
    step_ = Step::kLate;  // while it is kept alive
    return;
  }
  // The client already has our 200: the stream continues as usual.
  if (early_) return;
  silence_timer_.Cancel();
  const ops::FetchOutcome& outcome = source()->outcome();
  NoteFirstByte(outcome);
  HeadFacts facts(AnswerKind::kRelayed, record_);
  facts.fetch = &outcome;
  facts.cache_asked = CachesFor(*context_, *question_);
  facts.stored = head.stored;
  facts.forward_status = head.status;
  facts.live = head.live;
  facts.cors = CorsHere();
  AnswerHead answer = RelayedHead(facts, question_->head().method() == "HEAD", &head);
  record_.status = head.status;
  head_sent_ = true;
  client_->Start(answer);
  net::LeaveSpareString(answer.fields.TakeMemory());
  const int64_t keep_alive_ms = question_->timeouts().keep_alive_ms;
  if (head.stream && question_->asked.stream && keep_alive_ms > 0) {
    written_at_ms_ = context_->loop->NowMs();
    silence_timer_.Set(keep_alive_ms);
  }
}

// Before the client learns of its success: after a write, nobody may get an older answer.
void Exchange::ForgetWritten(const FetchHead& head) {
  const Effect effect = std::exchange(effect_, Effect::kNone);
  if (head.status >= 400) return;
  for (const std::string& path : PathsWritten(question_->head(), head.fields)) {
    context_->cache->ForgetPath("GET", path);
    if (effect == Effect::kOnAll) context_->cache->ForgetPath("POST", path);
  }
}

void Exchange::OnFetchData(std::span<const std::string_view> pieces, bool end) {
  if (step_ != Step::kRelay) return Collect(pieces, end);
  for (std::string_view piece : pieces) record_.bytes_out += piece.size();
  written_at_ms_ = context_->loop->NowMs();
  client_->Write(pieces, end);
  if (step_ != Step::kRelay) return;  // the write noticed that the client is gone
  if (end) return Finish();
  if (!client_->writable() && !paused_) {
    paused_ = true;
    source()->Pause();
  }
}

void Exchange::OnClientWritable() {
  if (step_ == Step::kReply) return SendMore();
  if (step_ != Step::kRelay || !paused_) return;
  paused_ = false;
  source()->Resume();
}

void Exchange::Collect(std::span<const std::string_view> pieces, bool end) {
  if (step_ == Step::kCollect) return TakePart(pieces, end);
  if (step_ != Step::kLate) return;
  const bool more = late_->Add(pieces);
  if (end || !more) TellLate();
}

// Like any error after the head: with the API's event, and never with a clean end.
void Exchange::TellLate() {
  step_ = Step::kRelay;
  silence_timer_.Cancel();
  record_.error = "upstream_error";
  EndWith(late_->Event(*question_->operation, request_->id));
}

void Exchange::OnFetchFailed(const Failure& failure) {
  // It broke off, but what it said so far is worth more than that.
  if (step_ == Step::kLate) return TellLate();
  if (step_ != Step::kRelay && step_ != Step::kCollect) return;
  if (FallsBack(failure)) return;
  silence_timer_.Cancel();
  record_.error = AnswerFor(failure).code;
  if (head_sent_) return TellBroken(failure);
  const FailureAnswer answer = AnswerFor(failure);
  Refuse({answer.status, answer.code, failure.message, {}, answer.retry_after_s});
}

void Exchange::OnTotalTimeout() {
  Failure failure;
  failure.kind = FailureKind::kTotalTimeout;
  failure.message = "The request took longer than timeouts.total.";
  OnFetchFailed(failure);
}

void Exchange::OnShutDown() {
  if (step_ == Step::kReply) {
    reply_.Hurry();
    return SendMore();
  }
  Failure failure;
  failure.kind = FailureKind::kShuttingDown;
  failure.message = "The proxy is stopping.";
  OnFetchFailed(failure);
}

// After the head, a broken answer ends with the API's error event and never with a clean end.
void Exchange::TellBroken(const Failure& failure) {
  if (failure.told && question_->operation->dialect->errors->error_ends_stream) {
    client_->Write({}, true);
    if (step_ == Step::kRelay) Finish();
    return;
  }
  const bool framed =
      question_->asked.stream && question_->operation->framing != http::StreamFraming::kNone;
  if (!framed || failure.told) return EndWith({});
  const FailureAnswer answer = AnswerFor(failure);
  EndWith(api::ErrorFrame(*question_->operation,
                          {answer.status, answer.code, failure.message, request_->id},
                          source() ? source()->next_sequence() : 0));
}

void Exchange::EndWith(std::string_view frame) {
  if (!frame.empty()) client_->Write({&frame, 1}, false);
  if (step_ != Step::kRelay) return;  // the write noticed that the client is gone
  client_->Abort();
  Finish();
}

void Exchange::OnClientGone() {
  if (step_ == Step::kFinish) return;
  NoteLeft();
  client_ = nullptr;
  Finish();
}

void Exchange::NoteLeft() {
  record_.left = source() && source()->queued() ? ops::LeftPhase::kQueued
                 : head_sent_                   ? ops::LeftPhase::kStreaming
                                                : ops::LeftPhase::kWaiting;
  if (!head_sent_) record_.status = 499;
}

// A FIN may come from a client that has left or from one that only has nothing more to ask. What
// costs no worker anything is sent in either case (RFC 9112 §9.6); but no worker is kept busy for a
// client that has probably left, as in nginx (ngx_http_upstream_check_broken_connection).
void Exchange::OnClientEnded() {
  client_ended_ = true;
  if (step_ < Step::kAttach || step_ > Step::kLate) return;
  NoteLeft();
  client_->Abort();
  Finish();
}

// The frame for a silent client; empty: none, because it is switched off or because the client's
// API or the client has none.
std::string_view Exchange::KeepAlive() const {
  if (question_->timeouts().keep_alive_ms == 0) return {};
  return api::KeepAliveFrame(*question_->operation, question_->head());
}

// Load balancers between us and the client must see bytes while the worker is silent. It has only
// sent whole frames, so this is the boundary of an event. The timer is not moved by every token: it
// looks, when it expires, how long the client has waited.
void Exchange::OnSilence() {
  const bool replays = step_ == Step::kReply && reply_.paced();
  if (step_ != Step::kRelay && step_ != Step::kLate && !replays) return;
  const std::string_view frame = KeepAlive();
  if (frame.empty()) return;
  const int64_t keep_alive_ms = question_->timeouts().keep_alive_ms;
  const int64_t silent_ms = context_->loop->NowMs() - written_at_ms_;
  if (!head_sent_) {
    if (!CommitEarly()) return;
  } else if (silent_ms < keep_alive_ms) {
    return silence_timer_.Set(keep_alive_ms - silent_ms);
  }
  // A client that still has to take what it was sent does not need more of it.
  if (client_->drained() && !(replays && reply_.IsDue())) client_->Write({&frame, 1}, false);
  if (step_ != Step::kFinish) silence_timer_.Set(keep_alive_ms);
}

// commit_after has passed without an answer from the workers. Towards a page this head uses the
// CORS default of the engine's kind (question/cors.h), because the engine has not answered and a
// head cannot be taken back. If one of the engines is known to have an origin list, whose verdict
// on this page cannot be predicted, the page waits for the engine's own head: false.
bool Exchange::CommitEarly() {
  const Cors cors = CorsHere();
  const bool foretold = cors.configured || cors.allow_origin.empty();
  if (!foretold && SomeJudgePages(question_->target.group)) return false;
  early_ = head_sent_ = true;
  HeadFacts facts(AnswerKind::kEarly, record_);
  facts.fetch = &outcome();
  facts.cache_asked = CachesFor(*context_, *question_);
  facts.live = true;
  facts.cors = cors;
  AnswerHead answer;
  AppendAnswerFields(facts, &answer.fields);
  record_.status = 200;
  client_->Start(answer);
  return true;
}

}  // namespace banto
