// What answering a question cost, by the prices of [[models]]. Pure.
#ifndef BANTO_PROXY_FETCH_COST_H_
#define BANTO_PROXY_FETCH_COST_H_

#include "proxy/ops/exchange_record.h"
#include "proxy/question/question.h"

namespace banto {

// Of a record whose outcome is final: the cost of a worker's answer; what it avoided, of a local
// worker's answer by the reference price, of one without a worker by either price.
void NoteCost(const Question& question, ops::ExchangeRecord* record);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_COST_H_
