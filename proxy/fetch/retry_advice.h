// What SDKs are told about asking again, in a worker's error that is passed on: Retry-After,
// Retry-After-Ms and X-Should-Retry. Pure.
#ifndef BANTO_PROXY_FETCH_RETRY_ADVICE_H_
#define BANTO_PROXY_FETCH_RETRY_ADVICE_H_

#include "proxy/fetch/workers_error.h"
#include "proxy/ops/fetch_outcome.h"

namespace banto {

// `attempts`: those that led to this error; `wait_ms`: what is left of the wait that it names.
void AdviseOnRetry(const ops::AttemptRecords& attempts, int64_t wait_ms, WorkersError* error);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RETRY_ADVICE_H_
