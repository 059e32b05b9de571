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

}  // namespace

void NoteCost(const Question& question, ops::ExchangeRecord* record) {
  const ModelRouteChoice* const choice = question.target.choice;
  if (choice == nullptr || (!choice->price && !choice->reference_price)) return;
  const ops::FetchOutcome& fetch = record->fetch;
  if (!ops::FromWorker(*record)) {
    const auto& price = choice->reference_price ? choice->reference_price : choice->price;
    record->avoided_nano = ops::CostOf(*price, fetch);
    return;
  }
  if (fetch.worker.empty()) return;
  if (choice->price) record->cost_nano = ops::CostOf(*choice->price, fetch);
  if (choice->reference_price && IsOwn(*question.snapshot, fetch.worker))
    record->avoided_nano = ops::CostOf(*choice->reference_price, fetch);
}

}  // namespace banto
