// What answering a question cost, by the prices of [[models]]. Pure.
#ifndef BANTO_PROXY_FETCH_COST_H_
#define BANTO_PROXY_FETCH_COST_H_

#include "proxy/ops/exchange_record.h"
#include "proxy/question/question.h"

namespace banto {

// Adds to the record what a worker's answer to the question cost, by its price, and what it
// avoided, if a local worker gave it, by the reference price; of one that others share and pay for,
// what that avoided. `fetch`: how the question was answered, once that is final.
void NoteCost(const Question& question, const ops::FetchOutcome& fetch,
              ops::ExchangeRecord* record);

// The same of a record that the cache answered: what that avoided, by either price.
void NoteHit(const Question& question, ops::ExchangeRecord* record);

// What an answer cost that nobody read, a copy's for instance. It avoided nothing: nobody would
// have bought it.
void NoteUnreadCost(const Question& question, ops::ExchangeRecord* record);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_COST_H_
