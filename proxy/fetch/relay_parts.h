// The collaborators of a Relay, and of those that read a kind of answer for it. They belong to its
// Fetch and outlive it.
#ifndef BANTO_PROXY_FETCH_RELAY_PARTS_H_
#define BANTO_PROXY_FETCH_RELAY_PARTS_H_

#include "proxy/fetch/keeper.h"
#include "proxy/fetch/relay_sink.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"

namespace banto {

struct RelayParts {
  ThreadContext* context;
  RelaySink* sink;
  const Question* question;
  Keeper* keeper;  // nullptr: the answer is not stored
  ops::FetchOutcome* outcome;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RELAY_PARTS_H_
