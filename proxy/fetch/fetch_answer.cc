// How a Fetch treats the answer of its Attempt: the head for its reader, and what the Relay reads
// after it.
#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "proxy/fetch/external_answer.h"
#include "proxy/fetch/fetch.h"
#include "proxy/fetch/location.h"
#include "proxy/fetch/rate_limit.h"
#include "proxy/http/headers.h"
#include "proxy/net/spare_string.h"
#include "proxy/ops/event_log.h"

namespace banto {
namespace {

// A worker that nothing is left of rests, so that no request must be refused first. The limit of a
// client's own key is not the worker's.
void RestIfUsedUp(const http::ResponseHead& head, const upstream::Worker& worker,
                  const net::EventLoop& loop) {
  if (!worker.bills || !worker.own_key) return;
  const std::optional<Shortage> shortage = ReadShortage(head, loop.WallSeconds());
  if (!shortage) return;
  using Change = health::PassiveChecker::Change;
  health::PassiveChecker& passive = worker.state->passive();
  if (passive.Rest(shortage->cause, loop.NowMs(), shortage->wait_ms) != Change::kCoolDown) return;
  ops::LogEvent(conf::Log::Level::kWarn, "worker " + worker.name() + ": " +
                                             upstream::CoolDownWords(*worker.state, loop.NowMs()));
}

}  // namespace

// Another worker may still answer: superfluous hints do no harm (RFC 8297 §2). Those of somebody
// else's server are about that.
void Fetch::OnAttemptInterim(const http::ResponseHead& head) {
  if (step_ != Step::kAwait || attempt_->worker()->external) return;
  if (reader_ != nullptr) reader_->OnFetchInterim(head);
}

void Fetch::OnAttemptHead(http::ResponseHead* whole) {
  if (step_ != Step::kAwait) return;
  head_ = FetchHead{};
  head_.status = whole->status();
  head_.worker = attempt_->worker().get();
  RestIfUsedUp(*whole, *head_.worker, *context_->loop);
  if (head_.worker->external) KeepToOurselves(call_.head->method(), whole);
  const http::ResponseHead& head = *whole;
  constexpr size_t kOurFieldsBytes = 512;  // space for those that the Exchange adds
  head_.fields = http::FieldList::In(net::TakeSpareString(), head.bytes().size() + kOurFieldsBytes);
  http::AppendEndToEndFields(head, &head_.fields);
  if (head.Has(http::FieldName::kLocation) || head.Has(http::FieldName::kContentLocation)) {
    const upstream::Worker& worker = *attempt_->worker();
    const Request& request = *question_->request;
    const std::string_view sent =
        worker.host.empty() ? request.head.host() : std::string_view(worker.host);
    RewriteLocations(
        {worker.settings.url, sent, worker.path.prefix, worker.path.prefix_is_v1 ? "/v1" : ""},
        ClientViewOf(request.head, request.peer_trusted), &head_.fields);
  }
  head_.dated = head.Has(http::FieldName::kDate);
  if (head.framing().kind == http::BodyKind::kLength)
    head_.length = static_cast<int64_t>(head.framing().length);
  // For HEAD and 304 it describes another answer, or is unknown (RFC 9110 §8.6).
  if (head.framing().kind == http::BodyKind::kNone) {
    if (const auto length = head.Find(http::FieldName::kContentLength))
      head_.length = std::atoll(std::string(*length).c_str());
  }
  relay_.Begin(head, &head_);
}

void Fetch::OnAttemptData(std::span<const std::string_view> pieces, bool end) {
  if (step_ == Step::kAwait || step_ == Step::kReceive) relay_.Take(pieces, end);
}

// The worker has admitted the request and answers: from now on no other is asked.
void Fetch::Commit() {
  assert(step_ == Step::kAwait);
  step_ = Step::kReceive;
  timer_.Cancel();
  outcome_.worker = attempt_->worker()->name();
  outcome_.first_byte_at_us = attempt_->first_byte_us();
  head_.stored = keeper_ && keeper_->stored();
  if (reader_) reader_->OnFetchHead(std::move(head_));
}

// Before its end: terminal and usage are recorded, but not told as they are.
bool Fetch::IsJoinable() const {
  if (step_ == Step::kFinish) return false;
  return step_ != Step::kReceive || (recording() && relay_.tells_all());
}

// After Commit() too, when head_ was given away but for its numbers.
FetchHead Fetch::HeadForOthers() const {
  FetchHead head;
  if (keeper_) keeper_->TellHead(&head.fields);
  head.fields.Remove("X-Banto-Dropped");  // said by the outcome, which they get too
  head.length = head_.length;
  head.stream = head_.stream;
  head.live = head_.live;
  return head;
}

void Fetch::OnFirstToken() {
  if (attempt_) attempt_->slot().FirstToken(attempt_->AgeUs(), context_->loop->NowMs());
}

bool Fetch::OnRelayBegins() {
  if (step_ == Step::kAwait) Commit();
  return step_ == Step::kReceive;
}

bool Fetch::OnRelayData(std::span<const std::string_view> pieces) {
  if (!OnRelayBegins()) return false;
  if (reader_) reader_->OnFetchData(pieces, false);
  return step_ == Step::kReceive;
}

// What the present Attempt's answer has told of its tokens, also if it told no more: that was
// worked for, and is paid for.
void Fetch::NoteUsage() {
  const api::AnswerReader* const answer = relay_.answer();
  if (answer == nullptr) return;
  const api::Usage& usage = answer->usage();
  outcome_.AddTokens(usage.input_tokens, usage.output_tokens, usage.cached_tokens);
}

void Fetch::OnRelayWhole(std::span<const std::string_view> last, bool clean) {
  // Before the head is sent, which reports whether the answer was stored.
  outcome_.worker = attempt_->worker()->name();
  AttemptOver(FailureKind::kNone, head_.status, -1);
  if (keeper_) keeper_->Store(relay_.answer(), clean, attempt_->AgeUs() / 1000, &outcome_);
  NoteUsage();
  if (const api::AnswerReader* const answer = relay_.answer()) {
    placing_.OnAnswer(*question_, *group_, *answer, outcome_, context_->loop->CallbackUs(),
                      attempt_->worker()->state.get());
    placing_.OnUsage(*question_, answer->usage(), *attempt_->worker()->state);
  }
  if (step_ == Step::kAwait && call_.rewrite == Rewrite::kAsStream) {
    head_.length = 0;
    for (std::string_view piece : last) head_.length += static_cast<int64_t>(piece.size());
  }
  if (!OnRelayBegins()) return;
  step_ = Step::kFinish;
  relay_.Stop();
  if (reader_) reader_->OnFetchData(last, true);
}

void Fetch::SetWorkerReading(bool reading) {
  if (!attempt_) return;
  if (reading) {
    attempt_->Resume();
  } else {
    attempt_->Pause();
  }
}

void Fetch::OnRelayBroken(FailureKind kind, std::string_view what) {
  Failure failure;
  failure.kind = kind;
  failure.sent = true;
  failure.message = attempt_->worker()->name();
  failure.message.append(": ").append(what);
  OnAttemptFailed(failure);
}

}  // namespace banto
