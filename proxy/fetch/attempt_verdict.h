// What an answer, or its absence, says about the worker. Pure, but for Report and Announce.
#ifndef BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_
#define BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_

#include "conf/config.h"
#include "health/passive_checker.h"
#include "proxy/fetch/failure.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/upstream/worker.h"

namespace banto {

bool IsOverload(int status);
// The caller is refused: 401, 403.
bool RefusesKey(int status);

// The same, or 402, where the key is ours and no client could mend it.
bool RefusesOurKey(const upstream::Worker& worker, int status);
Failure KeyRefusedBy(const upstream::Worker& worker, int status);

// Whether an answer with this status is a failure of the worker, and which.
FailureKind FailureOf(int status, api::WorkerKind kind);

// What an error says that a reader is told, because no worker of its model is left to ask.
Failure FailureBy(const FetchHead& head);

health::AttemptOutcome VerdictOf(FailureKind kind, int status);

// How an Attempt ended.
struct AttemptEnd {
  FailureKind kind = FailureKind::kNone;
  int status = 0;
  int64_t retry_after_ms = -1;  // negative: not named
  int64_t age_ms = 0;
};
// Tells the worker's passive checker.
health::PassiveChecker::Change Report(const upstream::Worker& worker, const AttemptEnd& end,
                                      int64_t now_ms);
// Logs what that changed. `last`: the Attempt.
void Announce(health::PassiveChecker::Change change, const ops::AttemptRecord& last);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ATTEMPT_VERDICT_H_
