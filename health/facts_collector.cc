#include "health/facts_collector.h"

#include <utility>

#include "health/model_list.h"
#include "health/probe_plan.h"

namespace banto::health {

void FactsCollector::Begin(conf::WorkerKind kind) {
  next_ = 0;
  new_facts_ = EngineFacts();
  new_facts_.kind = kind;
}

const char* FactsCollector::question() const {
  const auto pages = FactPaths(new_facts_.kind);
  return next_ < pages.size() ? pages[next_] : nullptr;
}

bool FactsCollector::Take(const HttpGetResult& answer) {
  if (answer.status == 0) return false;
  if (answer.status == 200) ReadFacts(question(), answer.body, &new_facts_);
  ++next_;
  return true;
}

bool FactsCollector::Finish(int64_t now_ms, bool seldom) {
  due_ms_ = now_ms + (seldom ? kEverySeldomMs : kEveryMs);
  // Asking again would cut the stream of somebody who talks to it directly.
  if (new_facts_.kind == conf::WorkerKind::kLlamaCppPython) due_ms_ = INT64_MAX;
  // A list that could not be had this time is not an empty list.
  if (!new_facts_.models_known && facts_.models_known && facts_.kind == new_facts_.kind) {
    new_facts_.models = facts_.models;
    new_facts_.models_known = true;
  }
  if (any_ && SameFacts(facts_, new_facts_)) return false;
  facts_ = std::move(new_facts_);
  any_ = true;
  return true;
}

}  // namespace banto::health
