#include "proxy/exchange/mirror.h"

#include <random>
#include <utility>

#include "proxy/exchange/identify.h"
#include "proxy/fetch/cost.h"
#include "proxy/routing/model_route.h"

namespace banto {
namespace {

// Copies hold bodies for as long as their worker takes; the memory is the clients'.
bool IsShort(const BufferedBytes::Budget& budget) {
  return budget.held.load(std::memory_order_relaxed) > budget.bytes_max / 4;
}

}  // namespace

std::string_view Mirror::MayBegin(ThreadContext* context, Request* request,
                                  const Question& original) {
  const ModelRoute* const rule = original.target.rule;
  if (rule == nullptr || !rule->mirror || !original.asked.retry_allowed) return {};
  if (IsFallback(*rule, *original.target.choice) || IsShort(*context->buffered)) return {};
  const conf::ModelMirror& settings = rule->settings.mirror;
  if (std::uniform_real_distribution<>()(context->random) >= settings.share) return {};
  std::shared_ptr<Question> copy = NewQuestion(original.request, original.snapshot);
  copy->key = original.key;
  if (!std::holds_alternative<Asks>(IdentifyCopy(context, request, original, copy.get())))
    return {};
  auto mirror = std::unique_ptr<Mirror>(new Mirror(context, std::move(copy), original));
  Mirror& self = *mirror;
  context->detached.Add(std::move(mirror));
  self.fetch_->Run();
  // No worker took it; what is said of that has been counted.
  if (self.fetch_->over()) return {};
  return settings.model;
}

Mirror::Mirror(ThreadContext* context, std::shared_ptr<const Question> copy,
               const Question& original)
    : context_(context),
      question_(std::move(copy)),
      original_(original.target.model),
      original_known_(original.target.model_known),
      began_us_(context->loop->CallbackUs()) {
  FetchReader* const reader = this;
  fetch_ = std::make_unique<Fetch>(context, question_, reader);
}

Mirror::~Mirror() = default;

void Mirror::OnFetchData(std::span<const std::string_view> /*pieces*/, bool end) {
  if (end) Finish();
}

void Mirror::OnFetchFailed(const Failure& failure) {
  const bool full = failure.kind == FailureKind::kQueueFull;
  status_ = full ? 0 : AnswerFor(failure).status;
  Finish();
}

void Mirror::Finish() {
  ops::ExchangeRecord record;
  record.model = question_->target.model;
  record.model_known = question_->target.model_known;
  record.status = status_;
  record.duration_us = context_->loop->CallbackUs() - began_us_;
  record.fetch = fetch_->TakeOutcome();
  NoteUnreadCost(*question_, &record);
  context_->observer->OnUnreadFetch(record);
  ops::ExchangeRecord original;
  original.model = original_;
  original.model_known = original_known_;
  context_->observer->OnCopy(original, record);
  context_->detached.Drop(context_->loop, this);
}

}  // namespace banto
