#include "proxy/fetch/fetch.h"

#include <algorithm>
#include <cassert>

#include "proxy/api/error_shape.h"
#include "proxy/fetch/location.h"
#include "proxy/http/headers.h"
#include "proxy/net/spare_string.h"

namespace banto {
Fetch::Fetch(ThreadContext* context, QuestionPtr question, FetchReader* reader)
    : context_(context),
      reader_(reader),
      retries_left_(question->config().balance.retries),
      call_(CallOf(*question->request)),
      group_(question->target.group),
      question_(std::move(question)),
      timer_(context->loop, [this] { OnQueueTimeout(); }) {
  context_->retry_budget.OnRequest();
  if (question_->cache.key && context_->cache != nullptr)
    keeper_ = std::make_unique<Keeper>(context_, *question_);
  call_.identity_asked = question_->is_api() || keeper_ != nullptr;
}

Fetch::~Fetch() { Leave(); }

void Fetch::Run() {
  if (step_ != Step::kPick) return;
  elsewhere_.PassOver(*question_, *group_, context_->loop->NowMs(), &tried_);
  Pick();
}

void Fetch::OnQueueTimeout() {
  if (step_ != Step::kQueue) return;
  Failure failure;
  failure.kind = FailureKind::kQueueTimeout;
  const std::string cooling = upstream::WhyCoolingDown(*group_, tried_, context_->loop->NowMs());
  failure.message = cooling.empty() ? "All workers stayed busy for longer than queue_timeout."
                                    : "No worker took it within queue_timeout: " + cooling + ".";
  GiveUp(failure);
}

// Who is asked is the newest group of the question's queue, as it is for those who wait in that.
void Fetch::FollowGroup() {
  if (context_->snapshot == question_->snapshot) return;
  auto newest = FindGroup(*context_->snapshot, group_->queue_key);
  if (!newest) return;
  newest_ = std::move(newest);
  group_ = newest_.get();
}

// `last`: how the worker failed whose place is to be taken.
void Fetch::Pick(const Failure* last) {
  FollowGroup();
  upstream::Admission admission =
      upstream::Admit(*group_, tried_, static_cast<int64_t>(call_.body.size()),
                      context_->loop->NowMs(), context_->wait_queue);
  switch (admission.kind) {
    case upstream::Admission::Kind::kPicked:
      return Begin(std::move(admission.slot), admission.picked_by);
    case upstream::Admission::Kind::kFull:
      return Enqueue();
    case upstream::Admission::Kind::kNobody:
      break;
  }
  // A worker's own word is worth more than "nobody else is left".
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
  place_ = context_->wait_queue->Enqueue(
      newest_ ? newest_ : upstream::WorkerGroupPtr(question_->snapshot, group_), tried_,
      static_cast<int64_t>(call_.body.size()), context_->loop,
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
  timer_.Set(balance.queue_timeout_ms);
}

void Fetch::Begin(upstream::InFlight slot, const char* why) {
  timer_.Cancel();
  place_.reset();
  NoteQueueWait();
  step_ = Step::kAwait;
  outcome_.worker_reason = why;
  DropAttempt();
  answer_.reset();
  splitter_.reset();
  relay_ = ReadAs::kOpaque;
  coded_.reset();
  unfinished_ = BufferedBytes();
  held_.clear();
  attempt_ = std::make_unique<Attempt>(context_, question_->config(), std::move(slot), &call_,
                                       ++attempts_, this);
  attempt_->Start();
}

// The queue was waited in, whatever comes after it: a slot, the end of patience, or the client's
// leaving.
void Fetch::NoteQueueWait() {
  if (step_ != Step::kQueue) return;
  outcome_.queue_us =
      std::max<int64_t>(0, outcome_.queue_us) + net::EventLoop::NowUs() - queued_at_us_;
}

void Fetch::OnAttemptHead(const http::ResponseHead& head) {
  if (step_ != Step::kAwait) return;
  head_ = FetchHead{};
  head_.status = head.status();
  head_.worker = attempt_->worker().get();
  constexpr size_t kOurFieldsBytes = 512;  // the Exchange adds them
  head_.fields = net::TakeSpareString();
  head_.fields.reserve(head.bytes().size() + kOurFieldsBytes);
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
  // To HEAD, and in a 304, it is that of another answer, or not known (RFC 9110 §8.6).
  if (head.framing().kind == http::BodyKind::kNone) {
    if (const auto length = head.Find(http::FieldName::kContentLength))
      head_.length = std::atoll(std::string(*length).c_str());
  }
  answer_head_ = &head;
  ChooseRelay(http::BodyBegin::kOpen);
}

// The Attempt says nothing any more, not even in what is left of this call stack.
void Fetch::DropAttempt() {
  if (!attempt_) return;
  attempt_->Cancel();
  context_->loop->DestroyLater(std::move(attempt_));
}

// The worker has admitted the request and answers: from here on nobody else is asked.
void Fetch::Commit() {
  assert(step_ == Step::kAwait);
  step_ = Step::kReceive;
  outcome_.worker = attempt_->worker()->name();
  outcome_.first_byte_at_us = attempt_->first_byte_us();
  attempt_->slot().ReleasePrompt();
  if (IsFramed(relay_) && reader_) {
    net::WarmLines lines;
    lines.Add(this, 3);
    lines.Add(answer_.get());
    lines.Add(answer_->stream_memory());
    reader_->AddWarmLines(&lines);
    attempt_->set_warm_lines(lines);
  }
  head_.stored = keeper_ && keeper_->stored();
  if (reader_) reader_->OnFetchHead(std::move(head_));
}

void Fetch::Pause() {
  if (coded_) coded_->reader_full = true;
  if (attempt_) attempt_->Pause();
}

void Fetch::Resume() {
  if (coded_) coded_->reader_full = false;
  if (coded_ && coded_->waits) return coded_->next_turn.Set(0);
  if (attempt_) attempt_->Resume();
}

void Fetch::Leave() {
  NoteQueueWait();
  if (step_ == Step::kAwait || step_ == Step::kReceive) {
    if (attempt_) {
      ops::AttemptRecord& last = outcome_.attempts.emplace_back();
      last.worker = attempt_->worker()->name();
      last.result = "client_left";
      last.us = attempt_->AgeUs();
    }
    if (keeper_) outcome_.store = cache::SkipReasonName(cache::SkipReason::kClientLeft);
  }
  step_ = Step::kFinish;
  reader_ = nullptr;
  place_.reset();
  timer_.Cancel();
}

}  // namespace banto
