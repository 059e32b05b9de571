// How an Attempt of a Fetch ended and what follows: a retry, the worker's own error, ours, or an
// Entry.
#include <algorithm>
#include <cassert>

#include "proxy/api/engine_traits.h"
#include "proxy/api/error_shape.h"
#include "proxy/fetch/attempt_verdict.h"
#include "proxy/fetch/caller_limit.h"
#include "proxy/fetch/external_answer.h"
#include "proxy/fetch/fetch.h"
#include "proxy/fetch/retry_advice.h"
#include "proxy/fetch/retry_after.h"
#include "proxy/fetch/retry_policy.h"
#include "proxy/fetch/told_head.h"

namespace banto {
namespace {

// An error's body in the shape of its client's API.
void Reshape(std::string body, WorkersError* error) {
  error->body = std::move(body);
  FitRewritten(&error->fields);
  error->fields.Replace("Content-Type", "application/json");
}

// An error that is told in an event.
WorkersError Told(const http::Frame& frame, const Question& question, WorkersError error) {
  auto shaped = api::NormaliseError(*question.operation->dialect->errors, error.status,
                                    "application/json", frame.data);
  Reshape(shaped ? std::move(*shaped) : std::string(frame.data), &error);
  if (error.worker->external) error.body = WithoutAccount(std::move(error.body));
  return error;
}

// An error's body is shaped for the client's API, if it can be read. `translated`: that is in
// another one.
void Fit(const Question& question, bool translated, WorkersError* error) {
  const std::string_view coding =
      error->fields.Find("Content-Encoding");  // one that we do not decode
  const bool readable = coding.empty() || http::EqualsNoCase(coding, "identity");
  if (!readable && !translated) return;
  if (!readable) error->body.clear();  // its status is all that can be told
  if (error->worker->external) error->body = WithoutAccount(std::move(error->body));
  auto shaped = api::NormaliseError(*question.operation->dialect->errors, error->status,
                                    error->fields.Find("Content-Type"), error->body);
  if (shaped) Reshape(std::move(*shaped), error);
}

}  // namespace

// An Attempt has ended: gives its verdict on the worker and records it.
void Fetch::AttemptOver(FailureKind kind, int status, int64_t retry_after_ms, bool stale) {
  ops::AttemptRecord& last = outcome_.attempts.emplace_back();
  last.worker = attempt_->worker()->name();
  last.result = FailureName(kind);
  last.status = status;
  last.us = attempt_->AgeUs();
  last.connect_us = attempt_->connect_us();
  usage_wish_.NoteAnswer(status, context_->loop->NowMs());
  // Our own shortage says nothing about the worker.
  if (kind == FailureKind::kNoDescriptors) return;
  // A pooled connection that broke before anything was read was closed by the engine's idle timer
  // just as we used it: that says nothing about the worker.
  if (stale) return;
  if (group_->learns && kind == FailureKind::kNone && status == 200)
    elsewhere_.LearnFromSuccess(*question_, attempt_->worker()->state.get(),
                                context_->loop->NowMs());
  const upstream::WorkerPtr& worker = attempt_->worker();
  const auto change =
      Report(*worker, {kind, status, retry_after_ms, last.us / 1'000}, context_->loop->NowMs());
  if (change == health::PassiveChecker::Change::kNone) return;
  Announce(change, last);
  if (change == health::PassiveChecker::Change::kCoolDownOver)
    context_->wait_queue->WorkerMayServe(worker->state.get());
}

void Fetch::OnAttemptFailed(const Failure& failure) {
  if (step_ != Step::kAwait && step_ != Step::kReceive) return;
  if (relay_.EndEarly(step_ == Step::kReceive)) return;
  AttemptOver(failure.kind, failure.status, failure.retry_after_ms, failure.reused);
  NoteUsage();
  if (keeper_) keeper_->GiveUp(cache::SkipReason::kIncompleteStream);
  if (step_ == Step::kAwait && Retry(failure)) return;
  GiveUp(failure);
}

// Retries if allowed; true if another Attempt, or the wait for one, has begun.
bool Fetch::Retry(const Failure& failure) {
  if (!MayRetry(*question_, failure, attempt_->worker()->bills)) return false;
  const bool free = failure.reused && !free_retry_used_;
  if (failure.kind == FailureKind::kNotAssembled) {
    stream_wish_.LeaveOut();  // the same worker may answer as a whole
  } else if (free) {
    free_retry_used_ = true;
  } else {
    if (retries_left_ == 0 || !context_->retry_budget.Spend()) return false;
    --retries_left_;
    tried_.push_back(attempt_->worker()->state.get());
  }
  DropAttempt();
  if (keeper_) keeper_->Drop();
  step_ = Step::kPick;
  Pick(&failure);
  return true;
}

void Fetch::GiveUp(const Failure& failure) {
  NoteQueueWait();
  const bool before_head = step_ != Step::kReceive;
  if (before_head && last_error_.status != 0) {
    return AnswerError(std::move(last_error_));
  }
  step_ = Step::kFinish;
  timer_.Cancel();
  place_.reset();
  DropAttempt();
  if (keeper_) outcome_.store = cache::SkipReasonName(cache::SkipReason::kUpstreamError);
  if (reader_) reader_->OnFetchFailed(failure);
}

// What the present Attempt's worker said, as an error.
WorkersError Fetch::ErrorOf(int status, std::string body) const {
  const int64_t wait_ms = NamedWaitMs(head_.fields, context_->loop->WallSeconds());
  const int64_t retry_at_ms = wait_ms < 0 ? -1 : context_->loop->NowMs() + wait_ms;
  return {status,      head_.fields,     std::move(body), attempt_->worker(),
          retry_at_ms, api::NotHere::kNo};
}

// The API's error event. Before the commit it becomes a real status, or another worker's turn;
// afterwards the client gets the same event, and nothing that could pass for a clean end follows.
void Fetch::OnErrorEvent(const http::Frame& frame, int status) {
  if (RefusesOurKey(*attempt_->worker(), status))
    return OnAttemptFailed(KeyRefusedBy(*attempt_->worker(), status));
  Failure failure;
  const bool callers = IsCallersLimit(*attempt_->worker(), question_->head(), status);
  const bool busy = !callers && IsOverload(status);
  failure.kind = busy ? FailureKind::kOverloaded : FailureKind::kStreamError;
  failure.status = status;
  failure.sent = true;
  failure.message = attempt_->worker()->name() + ": reported an error in its stream";
  if (step_ == Step::kReceive) {
    failure.told = true;
    const std::optional<std::string> mended =
        call_.rewrite == Rewrite::kOtherApi
            ? api::WorkerErrorFrame(*question_->operation, status, "application/json", frame.data,
                                    next_sequence())
            : api::MendErrorFrame(*question_->operation, status, frame, next_sequence());
    context_->frames.push_back(mended ? *mended : frame.bytes);
    OnRelayData(context_->frames);
    context_->frames.clear();
    return OnAttemptFailed(failure);
  }
  const bool own = api::TraitsOf(attempt_->worker()->kind).own_stream_errors;
  if (failure.kind == FailureKind::kOverloaded || status >= 500 || own) {
    last_error_ = Told(frame, *question_, ErrorOf(status == 0 ? 500 : status, {}));
    return OnAttemptFailed(failure);
  }
  AttemptOver(FailureKind::kStreamError, status, -1);
  AnswerError(Told(frame, *question_, ErrorOf(status, {})));
}

void Fetch::OnErrorBody(std::string body) {
  const int status = head_.status;
  if (call_.rewrite == Rewrite::kOtherApi && translation_->LeavesOutThinking(status, body))
    return AskAgain();
  const upstream::Worker& worker = *attempt_->worker();
  if (usage_wish_.IsRefused(call_, status, body, worker)) return AskAgain();
  if (RefusesOurKey(worker, status)) return OnAttemptFailed(KeyRefusedBy(worker, status));
  const api::NotHere lacks = Elsewhere::WhatIsLacking(*question_, status, body);
  WorkersError error = ErrorOf(status, std::move(body));
  error.lacks = lacks;
  Failure failure;
  const bool callers = IsCallersLimit(worker, question_->head(), status);
  failure.kind = callers ? FailureKind::kNone : FailureOf(status, worker.kind);
  failure.status = status;
  failure.sent = true;
  failure.message = attempt_->worker()->name() + ": answered " + std::to_string(status);
  failure.retry_after_ms = error.WaitMs(context_->loop->NowMs());
  Fit(*question_, call_.rewrite == Rewrite::kOtherApi, &error);
  AttemptOver(failure.kind, status, failure.retry_after_ms);
  if (Elsewhere::SendsOn(*group_, status, lacks)) return AskElsewhere(lacks, std::move(error));
  if (failure.kind != FailureKind::kNone) {
    last_error_ = error;
    if (Retry(failure)) return;
  }
  AnswerError(std::move(error));
}

// Asks the next worker; if there is none, the answer goes to the client.
void Fetch::AskElsewhere(api::NotHere lacks, WorkersError error) {
  const bool was_native = call_.rewrite != Rewrite::kOtherApi;
  const upstream::WorkerPtr worker = error.worker;
  if (!elsewhere_.Note(*question_, call_.head->path(), lacks, context_->loop->NowMs(), &error))
    return AnswerError(std::move(error));
  // It lacks the client's API, but has one of its own.
  const bool translates = was_native && lacks == api::NotHere::kRoute &&
                          WayTo(*question_, *worker, context_->loop->NowMs()) == Way::kTranslated;
  if (!translates) tried_.push_back(worker->state.get());
  DropAttempt();
  step_ = Step::kPick;
  Pick();
}

// No worker counts tokens: we estimate them, and say so.
void Fetch::EstimateInstead(WorkersError* error) {
  if (error->lacks != api::NotHere::kRoute) return;
  if (question_->asked.expectations.operation != question_->operation) return;  // it is unread
  if (!translation_) translation_ = std::make_unique<Translation>(context_, *question_);
  std::optional<std::string> estimate = translation_->Estimate();
  if (!estimate) return;
  error->status = 200;
  error->body = std::move(*estimate);
  error->fields = {};
  error->fields.Add("Content-Type", "application/json");
  error->fields.Add("X-Banto-Estimated", "input_tokens");
}

// Answers the client with a worker's error.
void Fetch::AnswerError(WorkersError error) {
  step_ = Step::kFinish;
  relay_.Stop();
  timer_.Cancel();
  if (question_->operation->operation == api::Operation::kCountTokens) EstimateInstead(&error);
  outcome_.worker = error.worker->name();
  place_.reset();
  // For SDKs; what an application says to its own clients is its own affair.
  const bool callers = IsCallersLimit(*error.worker, question_->head(), error.status);
  if (question_->is_api() && !callers)
    AdviseOnRetry(outcome_.attempts, error.WaitMs(context_->loop->NowMs()), &error);
  if (keeper_) outcome_.store = cache::SkipReasonName(cache::SkipReason::kUpstreamError);
  FetchHead head;
  head.status = error.status;
  head.fields = std::move(error.fields);
  head.length =
      question_->head().method() == "HEAD" ? head_.length : static_cast<int64_t>(error.body.size());
  head.dated = !head.fields.Find("Date").empty();
  head.worker = error.worker.get();
  if (!reader_) return;
  reader_->OnFetchHead(std::move(head));
  const std::string_view piece = error.body;
  if (reader_) reader_->OnFetchData({&piece, 1}, true);
}

}  // namespace banto
