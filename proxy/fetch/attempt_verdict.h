// What an answer, or its absence, says about the worker. Pure.
#ifndef BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_
#define BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_

#include "conf/config.h"
#include "health/passive_checker.h"
#include "proxy/fetch/failure.h"
#include "proxy/fetch/fetch_reader.h"

namespace banto {

bool IsOverload(int status);
// The caller is refused: 401, 403.
bool RefusesKey(int status);

// Whether an answer with this status is a failure of the worker, and which.
FailureKind FailureOf(int status, api::WorkerKind kind);

// What an error says that a reader is told, because no worker of its model is left to ask.
Failure FailureBy(const FetchHead& head);

health::AttemptOutcome VerdictOf(FailureKind kind, int status);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_
