#include "proxy/fetch/cost.h"

#include <algorithm>

#include "proxy/ops/money.h"

namespace banto {
namespace {

bool IsOwn(const Snapshot& snapshot, const std::string& name) {
  return std::any_of(snapshot.workers.begin(), snapshot.workers.end(), [&name](const auto& worker) {
    return worker->name() == name && !worker->external;
  });
}

// A model before this one may have cost something, too.
void Add(int64_t nano, int64_t* sum) {
  if (nano >= 0) *sum = std::max<int64_t>(0, *sum) + nano;
}

bool HasPrices(const Question& question) {
  const ModelRouteChoice* const choice = question.target.choice;
  return choice != nullptr && (choice->price || choice->reference_price);
}

void NoteAvoided(const ModelRouteChoice& choice, const ops::FetchOutcome& fetch,
                 ops::ExchangeRecord* record) {
  const auto& price = choice.reference_price ? choice.reference_price : choice.price;
  Add(ops::CostOf(*price, fetch), &record->avoided_nano);
}

}  // namespace

void NoteCost(const Question& question, const ops::FetchOutcome& fetch,
              ops::ExchangeRecord* record) {
  if (!HasPrices(question)) return;
  const ModelRouteChoice& choice = *question.target.choice;
  const bool others_pay = record->cache == ops::CacheOutcome::kShared && fetch.attempts.empty();
  if (others_pay) return NoteAvoided(choice, fetch, record);
  if (choice.price) Add(ops::CostOf(*choice.price, fetch), &record->cost_nano);
  if (choice.reference_price && IsOwn(*question.snapshot, fetch.worker))
    Add(ops::CostOf(*choice.reference_price, fetch), &record->avoided_nano);
}

void NoteHit(const Question& question, ops::ExchangeRecord* record) {
  if (HasPrices(question)) NoteAvoided(*question.target.choice, record->fetch, record);
}

void NoteUnreadCost(const Question& question, ops::ExchangeRecord* record) {
  if (!HasPrices(question) || !question.target.choice->price) return;
  Add(ops::CostOf(*question.target.choice->price, record->fetch), &record->cost_nano);
}

}  // namespace banto
