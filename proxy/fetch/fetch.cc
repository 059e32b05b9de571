#include "proxy/fetch/fetch.h"

#include <algorithm>
#include <cassert>

#include "proxy/api/error_shape.h"
#include "proxy/fetch/answer_assembler.h"
#include "proxy/upstream/balancer.h"

namespace banto {
namespace {

std::unique_ptr<Keeper> KeeperFor(ThreadContext* context, const Question& question) {
  if (!question.cache.key || context->cache == nullptr) return nullptr;
  return std::make_unique<Keeper>(context, question);
}

std::string WhyTranslated(const Question& question, const upstream::Worker& worker) {
  const bool spoken = (question.operation->engines & worker.engines) != 0;
  const bool forced = spoken && worker.settings.translate == conf::Translate::kAlways;
  return worker.name() + (forced ? " is only asked in translation (translate = \"always\")"
                                 : " does not speak this API");
}

}  // namespace

Fetch::Fetch(ThreadContext* context, QuestionPtr question, FetchReader* reader)
    : context_(context),
      reader_(reader),
      retries_left_(question->is_copy ? 0 : question->config().balance.retries),
      keeper_(KeeperFor(context, *question)),
      relay_({context, this, question.get(), keeper_.get(), &outcome_}, &call_),
      call_(CallOf(*question, question->is_api() || keeper_)),
      group_(question->target.group),
      question_(std::move(question)),
      timer_(context->loop, [this] { OnTimeout(); }) {
  context_->retry_budget.OnRequest();
}

Fetch::~Fetch() { Leave(); }

void Fetch::Run() {
  if (step_ != Step::kPick) return;
  elsewhere_.PassOver(*question_, *group_, context_->loop->NowMs(), &tried_);
  Pick();
}

void Fetch::OnTimeout() {
  if (step_ == Step::kQueue) return OnQueueTimeout();
  if (step_ != Step::kAwait) return;
  if (!ShowsFirstToken(*question_)) return attempt_->slot().AssumeRead();
  Failure failure;
  failure.kind = FailureKind::kFirstTokenTimeout;
  failure.sent = attempt_->sent();
  failure.message = attempt_->worker()->name() + ": no token within first_token";
  OnAttemptFailed(failure);
}

void Fetch::OnQueueTimeout() {
  Failure failure;
  failure.kind = FailureKind::kQueueTimeout;
  const std::string cooling = upstream::WhyCoolingDown(*group_, tried_, context_->loop->NowMs());
  const std::string limit = question_->queue_timeout_name();
  failure.message = cooling.empty() ? "All workers stayed busy for longer than " + limit + "."
                                    : "No worker took it within " + limit + ": " + cooling + ".";
  GiveUp(failure);
}

// The newest group of the question's queue decides who is asked, as it does for waiters in that
// queue.
void Fetch::FollowGroup() {
  if (context_->snapshot == question_->snapshot) return;
  auto newest = FindGroup(*context_->snapshot, group_->queue_key);
  if (!newest) return;
  newest_ = std::move(newest);
  group_ = newest_.get();
}

// `last`: the failure of the previous worker, if this replaces one.
void Fetch::Pick(const Failure* last) {
  FollowGroup();
  upstream::Admission admission =
      upstream::Admit(*group_, tried_, placing_.DemandOf(*question_, *group_),
                      context_->loop->NowMs(), context_->wait_queue);
  switch (admission.kind) {
    case upstream::Admission::Kind::kPicked:
      return Begin(std::move(admission.slot), group_->balancer->name());
    case upstream::Admission::Kind::kFull:
      return Enqueue();
    case upstream::Admission::Kind::kNobody:
      break;
  }
  // A worker's own error is worth more than "no worker is left".
  if (last_error_.status != 0) return AnswerError(std::move(last_error_));
  if (elsewhere_.TakeBack(*group_, &tried_)) return Pick(last);
  if (elsewhere_.AllAreWithout(*group_, tried_)) return AnswerError(std::move(elsewhere_.told()));
  const auto& workers = group_->workers;
  const auto is_tried = [this](const upstream::WorkerPtr& worker) {
    return std::find(tried_.begin(), tried_.end(), worker->state.get()) != tried_.end();
  };
  if (last != nullptr && std::all_of(workers.begin(), workers.end(), is_tried))
    return GiveUp(*last);
  Failure failure;
  failure.kind = FailureKind::kNoWorker;
  failure.loading = admission.loading;
  failure.message = "No worker can take this request: " + admission.reason + ".";
  if (last != nullptr) failure.message += " The last that was tried: " + last->message + ".";
  if (elsewhere_.some_are_without()) failure.message += " Those that were tried do not serve it.";
  GiveUp(failure);
}

void Fetch::Enqueue() {
  const conf::Balance& balance = question_->config().balance;
  const int64_t now_ms = context_->loop->NowMs();
  const bool refused = upstream::OnlyKeysRefused(*group_, tried_, now_ms);
  // Another model may have a worker at once.
  if (refused || (question_->has_fallback() && upstream::OnlyCoolDown(*group_, tried_, now_ms))) {
    Failure failure;
    failure.kind = refused ? FailureKind::kKeyRefused : FailureKind::kOverloaded;
    failure.message = upstream::WhyCoolingDown(*group_, tried_, now_ms);
    return GiveUp(failure);
  }
  if (!question_->is_copy)
    place_ = context_->wait_queue->Enqueue(
        newest_ ? newest_ : upstream::WorkerGroupPtr(question_->snapshot, group_), tried_,
        placing_.DemandOf(*question_, *group_), context_->loop,
        [this](upstream::InFlight slot) { Begin(std::move(slot), "queue"); });
  if (!place_) {
    Failure failure;
    failure.kind = FailureKind::kQueueFull;
    failure.message = "All workers are busy and " + std::to_string(balance.queue_length_max) +
                      " requests are waiting.";
    return GiveUp(failure);
  }
  step_ = Step::kQueue;
  queued_at_us_ = net::EventLoop::NowUs();
  timer_.Set(question_->queue_timeout_ms());
}

void Fetch::Begin(upstream::InFlight slot, const char* why) {
  timer_.Cancel();
  place_.reset();
  NoteQueueWait();
  step_ = Step::kAwait;
  outcome_.worker_reason = why;
  outcome_.pick = placing_.Record(slot);
  outcome_.frames = 0;
  outcome_.first_token_at_us = 0;
  DropAttempt();
  relay_.Reset();
  if (const api::CannotCarry cannot = FitCall(*slot.worker())) {
    Failure failure;
    failure.kind = FailureKind::kCannotTranslate;
    failure.message = WhyTranslated(*question_, *slot.worker()) +
                      ", and the request cannot be translated for it: " + *cannot;
    failure.code = translation_->refusal_code();
    tried_.push_back(slot.worker()->state.get());
    slot = {};
    step_ = Step::kPick;
    return Pick(&failure);
  }
  attempt_ =
      std::make_unique<Attempt>(context_, *question_, std::move(slot), &call_, ++attempts_, this);
  placing_.OnPicked(attempt_->slot());
  if (const int64_t ms = Placing::AwaitMs(*question_, attempt_->slot()); ms > 0) timer_.Set(ms);
  attempt_->Start();
}

// Puts the question to this worker: as it came, or translated.
api::CannotCarry Fetch::FitCall(const upstream::Worker& worker) {
  if (WayTo(*question_, worker, context_->loop->NowMs()) != Way::kTranslated) {
    if (call_.rewrite != Rewrite::kNone) {
      call_ = CallOf(*question_, question_->is_api() || keeper_);
      outcome_.translation.reset();
    }
    if (AsksForStream(*question_, worker)) {
      if (stream_wish_.AddTo(&call_, *question_, context_->buffered))
        relay_.Translate(std::make_unique<AnswerAssembler>(*question_->operation->packager,
                                                           question_->asked.expectations));
    } else if (keeper_ || question_->counts_tokens() || worker.external) {
      usage_wish_.AddTo(&call_, *question_, worker, context_->buffered, context_->loop->NowMs());
    }
    return std::nullopt;
  }
  if (!translation_) translation_ = std::make_unique<Translation>(context_, *question_);
  if (api::CannotCarry why = translation_->Fit(worker, usage_wish_, &call_)) return why;
  relay_.Translate(translation_->ForAnswer());
  outcome_.translation = translation_->record();
  return std::nullopt;
}

// What was refused is left out: the same worker may take the rest.
void Fetch::AskAgain() {
  AttemptOver(FailureKind::kNone, head_.status, -1);
  DropAttempt();
  step_ = Step::kPick;
  Pick();
}

// Records the wait in the queue, however it ended: with a slot, the timeout, or the client leaving.
void Fetch::NoteQueueWait() {
  if (step_ != Step::kQueue) return;
  outcome_.queue_us =
      std::max<int64_t>(0, outcome_.queue_us) + net::EventLoop::NowUs() - queued_at_us_;
}

// The Attempt makes no more calls, not even further up this call stack.
void Fetch::DropAttempt() {
  relay_.Stop();
  if (!attempt_) return;
  attempt_->Cancel();
  context_->loop->DestroyLater(std::move(attempt_));
}

void Fetch::Pause() {
  relay_.Pause();
  if (attempt_) attempt_->Pause();
}

void Fetch::Resume() {
  if (relay_.Resume() && attempt_) attempt_->Resume();
}

void Fetch::Leave() {
  NoteQueueWait();
  // One that has said all is recorded already.
  const bool runs = outcome_.attempts.size() < static_cast<size_t>(attempts_);
  if (runs && (step_ == Step::kAwait || step_ == Step::kReceive)) {
    if (attempt_) {
      ops::AttemptRecord& last = outcome_.attempts.emplace_back();
      last.worker = attempt_->worker()->name();
      last.result = "client_left";
      last.us = attempt_->AgeUs();
    }
    NoteUsage();
    if (keeper_) outcome_.store = cache::SkipReasonName(cache::SkipReason::kClientLeft);
  }
  step_ = Step::kFinish;
  relay_.Stop();
  reader_ = nullptr;
  place_.reset();
  timer_.Cancel();
}

}  // namespace banto
