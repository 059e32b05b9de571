// Whether a question may be asked again after a failure (design.md §8). Pure.
#ifndef BANTO_PROXY_FETCH_RETRY_POLICY_H_
#define BANTO_PROXY_FETCH_RETRY_POLICY_H_

#include "proxy/fetch/failure.h"
#include "proxy/question/question.h"

namespace banto {

// `bills`: the worker that failed bills per request. Budgets and counts are left to the Fetch.
bool MayRetry(const Question& question, const Failure& failure, bool bills);

// Whether another model may be asked instead: none of the workers of this one can.
bool MayFallBack(const Question& question, const Failure& failure, bool bills);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RETRY_POLICY_H_
