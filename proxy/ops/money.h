// What tokens cost by a price, in billionths of its currency's unit. Pure.
#ifndef BANTO_PROXY_OPS_MONEY_H_
#define BANTO_PROXY_OPS_MONEY_H_

#include <cstdint>

#include "conf/model_rule.h"
#include "proxy/ops/fetch_outcome.h"

namespace banto::ops {

constexpr int64_t kNanoPerUnit = 1'000'000'000;

// Negative: the answer did not say how many tokens it took.
int64_t CostOf(const conf::Price& price, const FetchOutcome& fetch);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_MONEY_H_
