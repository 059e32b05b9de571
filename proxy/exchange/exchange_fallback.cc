// How an Exchange asks for the next model of its [[models]] entry when the workers of one cannot.
#include <algorithm>
#include <utility>

#include "proxy/exchange/exchange.h"
#include "proxy/fetch/retry_policy.h"

namespace banto {
namespace {

// Whether the worker that was asked last bills for what it may have done.
bool LastBills(const Question& question, const ops::FetchOutcome& outcome) {
  if (outcome.attempts.empty()) return false;
  const auto& workers = question.snapshot->workers;
  return std::any_of(workers.begin(), workers.end(), [&](const upstream::WorkerPtr& worker) {
    return worker->bills && worker->name() == outcome.attempts.back().worker;
  });
}

}  // namespace

// True: `failure` is not told, because another model is asked now.
bool Exchange::FallsBack(const Failure& failure) {
  const Target& target = question_->target;
  if (target.rule == nullptr || !failure || (head_sent_ && !early_) || client_ended_) return false;
  if (!MayFallBack(*question_, failure, LastBills(*question_, outcome()))) return false;
  std::shared_ptr<Question> next = NewQuestion(question_->request, question_->snapshot);
  next->key = question_->key;
  const Identified identified = IdentifyNext(context_, request_, target, next.get());
  if (!std::holds_alternative<Asks>(identified)) return false;
  record_.fallback.append(record_.fallback.empty() ? "" : ", ")
      .append(target.model)
      .append(" (")
      .append(FailureName(failure.kind))
      .append(")");
  context_->observer->OnFallback(record_, FailureName(failure.kind));
  DropSource();
  batch_.reset();  // vectors of two models are not comparable
  question_ = std::move(next);
  RecordQuestion();
  step_ = Step::kLookUp;
  Run();
  return true;
}

}  // namespace banto
