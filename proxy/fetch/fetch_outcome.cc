// The second half of Fetch: how an Attempt ended and what follows from it — another try, the
// worker's own error, ours, or an Entry.
#include <algorithm>
#include <cassert>

#include "proxy/api/error_shape.h"
#include "proxy/fetch/attempt_verdict.h"
#include "proxy/fetch/caller_limit.h"
#include "proxy/fetch/fetch.h"
#include "proxy/fetch/retry_after.h"
#include "proxy/http/field_block.h"
#include "proxy/ops/event_log.h"

namespace banto {
namespace {

// What a verdict changed that people want to know.
void Announce(health::PassiveChecker::Change change, const ops::AttemptRecord& last) {
  using Change = health::PassiveChecker::Change;
  if (change == Change::kEjected) {
    ops::LogEvent(
        conf::Log::Level::kWarn,
        "worker " + last.worker + " ejected: its requests fail, the last with " + last.result);
  } else if (change == Change::kCoolDown) {
    ops::LogEvent(conf::Log::Level::kWarn, "worker " + last.worker +
                                               " is left to cool down for a while: it answered " +
                                               std::to_string(last.status));
  }
}

// The worker's fields, for a body that is JSON whatever it was.
std::string AsJson(std::string fields) {
  RemoveField(&fields, "Content-Type");
  return fields + "Content-Type: application/json\r\n";
}

}  // namespace

// One Attempt is over: its verdict on the worker, its line in the record.
void Fetch::AttemptOver(FailureKind kind, int status, int64_t retry_after_ms, bool stale) {
  ops::AttemptRecord& last = record_->attempts.emplace_back();
  last.worker = attempt_->worker()->name();
  last.result = FailureName(kind);
  last.status = status;
  last.us = attempt_->AgeUs();
  last.connect_us = attempt_->connect_us();
  // What we lack says nothing of the worker.
  if (kind == FailureKind::kNoDescriptors) return;
  // A kept connection that died unread was closed by the engine's idle timer at the moment we used
  // it: that says nothing of the worker.
  if (stale) return;
  if (plan_.group->learns && kind == FailureKind::kNone && status == 200) LearnFromSuccess();
  upstream::WorkerState& state = *attempt_->worker()->state;
  const auto change = state.passive().Report(VerdictOf(kind, status), context_->loop->NowMs(),
                                             retry_after_ms, last.us / 1'000);
  if (change == health::PassiveChecker::Change::kNone) return;
  Announce(change, last);
  if (change == health::PassiveChecker::Change::kCoolDownOver)
    context_->wait_queue->WorkerMayServe(&state);
}

void Fetch::OnAttemptFailed(const Failure& failure) {
  if (step_ != Step::kAwait && step_ != Step::kReceive) return;
  if (step_ == Step::kReceive && !terminal_.empty()) {
    // The answer was whole; only its connection did not end as it should. Good enough to read, not
    // to keep.
    context_->frames.clear();
    return FinishStream(false);
  }
  // An API's error that broke off: what it said so far is worth more than that.
  const ReadAs as = relay_ == ReadAs::kCoded ? coded_->as : relay_;
  if (step_ == Step::kAwait && as == ReadAs::kError && !held_.empty() &&
      plan_.operation->family != api::Family::kPlain &&
      FieldOf(head_.fields, "Content-Encoding").empty()) {
    return CollectError({}, true);
  }
  AttemptOver(failure.kind, failure.status, failure.retry_after_ms, failure.reused);
  if (recorder_) recorder_->GiveUp(cache::SkipReason::kIncompleteStream);
  if (step_ == Step::kAwait && Retry(failure)) return;
  GiveUp(failure);
}

bool Fetch::MayRetry(const Failure& failure) const {
  if (!plan_.retry_allowed) return false;
  // Another worker would cost another descriptor.
  if (failure.kind == FailureKind::kNoDescriptors) return false;
  // Another worker would say the same, and we would stop at the same place.
  if (failure.kind == FailureKind::kEventTooLong || failure.kind == FailureKind::kHeadTooLong ||
      failure.kind == FailureKind::kBuffersFull) {
    return false;
  }
  if (failure.sent && !plan_.resend_safe) return false;
  // A paid API may have done (and billed) the work although its answer was lost.
  if (attempt_->worker()->external && failure.sent) {
    return failure.kind == FailureKind::kOverloaded || failure.kind == FailureKind::kServerError;
  }
  return true;
}

// Tries once more where that is allowed; true when another Attempt, or the wait for one, has begun.
bool Fetch::Retry(const Failure& failure) {
  if (!MayRetry(failure)) return false;
  const bool free = failure.reused && !free_retry_used_;
  if (free) {
    free_retry_used_ = true;
  } else {
    if (retries_left_ == 0 || !context_->retry_budget.Spend()) return false;
    --retries_left_;
    tried_.push_back(attempt_->worker()->state.get());
  }
  DropAttempt();
  recorder_.reset();
  step_ = Step::kPick;
  Pick(&failure);
  return true;
}

void Fetch::GiveUp(const Failure& failure) {
  NoteQueueWait();
  const bool before_head = step_ != Step::kReceive;
  if (before_head && last_error_status_ != 0) {
    return AnswerError(last_error_status_, std::move(last_error_fields_),
                       std::move(last_error_body_));
  }
  step_ = Step::kFinish;
  timer_.Cancel();
  place_.reset();
  DropAttempt();
  if (plan_.recording) record_->store = cache::SkipReasonName(cache::SkipReason::kUpstreamError);
  if (reader_) reader_->OnFetchFailed(failure);
}

// The API's error event. Before the commit it becomes a real status, or another worker's turn;
// after it the client is told by the same event and nothing that could pass for a clean end
// follows.
void Fetch::StreamFailed(const http::Frame& frame, int status) {
  Failure failure;
  const bool callers = IsCallersLimit(*attempt_->worker(), plan_.request->head, status);
  const bool busy = !callers && IsOverload(status);
  failure.kind = busy ? FailureKind::kOverloaded : FailureKind::kStreamError;
  failure.status = status;
  failure.sent = true;
  failure.message = attempt_->worker()->name() + ": reported an error in its stream";
  if (step_ == Step::kReceive) {
    failure.told = true;
    const std::optional<std::string> mended =
        api::MendErrorFrame(*plan_.operation, status, frame, next_sequence());
    context_->frames.push_back(mended ? *mended : frame.bytes);
    FlushFrames();
    return OnAttemptFailed(failure);
  }
  // TGI says 422 for every trouble in a stream, its own included.
  const bool tgi = attempt_->worker()->kind == conf::WorkerKind::kTgi;
  if (failure.kind == FailureKind::kOverloaded || status >= 500 || tgi) {
    last_error_status_ = status == 0 ? 500 : status;
    last_error_body_ = api::NormaliseError(plan_.operation->family, last_error_status_,
                                           "application/json", frame.data)
                           .value_or(std::string(frame.data));
    last_error_fields_ = AsJson(head_.fields);
    return OnAttemptFailed(failure);
  }
  AttemptOver(FailureKind::kStreamError, status, -1);
  AnswerError(status, AsJson(head_.fields),
              api::NormaliseError(plan_.operation->family, status, "application/json", frame.data)
                  .value_or(std::string(frame.data)));
}

void Fetch::CollectError(std::span<const std::string_view> pieces, bool end) {
  if (!CollectAll(pieces, end) || !end) return;
  const int status = head_.status;
  const std::string_view type = FieldOf(head_.fields, "Content-Type");
  Failure failure;
  const upstream::Worker& worker = *attempt_->worker();
  const bool callers = IsCallersLimit(worker, plan_.request->head, status);
  failure.kind = callers ? FailureKind::kNone : FailureOf(status, worker.kind);
  failure.status = status;
  failure.sent = true;
  failure.message = attempt_->worker()->name() + ": answered " + std::to_string(status);
  const std::string_view retry_after = FieldOf(head_.fields, "Retry-After");
  if (!retry_after.empty())
    failure.retry_after_ms = RetryAfterMs(retry_after, context_->loop->WallSeconds());
  std::string fields = head_.fields;
  const api::NotHere lacks = WhatIsLacking(status, held_);
  std::string body = std::move(held_);
  held_.clear();
  const std::string_view coding =
      FieldOf(fields, "Content-Encoding");  // one that nobody reads here
  const bool readable = coding.empty() || http::EqualsNoCase(coding, "identity");
  auto shaped =
      readable ? api::NormaliseError(plan_.operation->family, status, type, body) : std::nullopt;
  if (shaped) {
    body = std::move(*shaped);
    fields = AsJson(std::move(fields));
  }
  record_->worker = attempt_->worker()->name();
  AttemptOver(failure.kind, status, failure.retry_after_ms);
  if (lacks != api::NotHere::kNo || (plan_.group->learns && RefusesKey(status)))
    return AskElsewhere(lacks, status, std::move(fields), std::move(body));
  if (failure.kind != FailureKind::kNone) {
    last_error_status_ = status;
    last_error_fields_ = fields;
    last_error_body_ = body;
    if (Retry(failure)) return;
  }
  AnswerError(status, std::move(fields), std::move(body));
}

// A worker's error as the client's answer.
void Fetch::AnswerError(int status, std::string fields, std::string body) {
  step_ = Step::kFinish;
  timer_.Cancel();
  place_.reset();
  // For SDKs; what an application says to its own clients is its own.
  const upstream::WorkerPtr worker = attempt_ ? attempt_->worker() : elsewhere_.worker;
  const bool callers = worker && IsCallersLimit(*worker, plan_.request->head, status);
  if (plan_.operation->family != api::Family::kPlain && !callers && IsOverload(status)) {
    const int64_t now_s = context_->loop->WallSeconds();
    const int64_t seconds = RetryAfterForClient(FieldOf(fields, "Retry-After"), now_s);
    RemoveField(&fields, "Retry-After");
    fields += "Retry-After: " + std::to_string(seconds) + "\r\n";
  }
  if (plan_.recording) record_->store = cache::SkipReasonName(cache::SkipReason::kUpstreamError);
  FetchHead head;
  head.status = status;
  head.fields = std::move(fields);
  head.length =
      plan_.request->head.method() == "HEAD" ? head_.length : static_cast<int64_t>(body.size());
  head.dated = !FieldOf(head.fields, "Date").empty();
  head.worker = worker.get();
  if (!reader_) return;
  reader_->OnFetchHead(std::move(head));
  const std::string_view piece = body;
  if (reader_) reader_->OnFetchData({&piece, 1}, true);
}

}  // namespace banto
