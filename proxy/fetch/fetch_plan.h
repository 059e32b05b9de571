// What a Fetch is told when it begins: the request, who may answer, how the answer is to be read,
// whether it is kept. A value.
#ifndef BANTO_PROXY_FETCH_FETCH_PLAN_H_
#define BANTO_PROXY_FETCH_FETCH_PLAN_H_

#include <cstdint>
#include <optional>

#include "cache/cache.h"
#include "cache/cache_key.h"
#include "proxy/api/answer_reader.h"
#include "proxy/api/operation.h"
#include "proxy/question/request.h"
#include "proxy/upstream/worker_group.h"

namespace banto {

// Where a complete answer goes.
struct Recording {
  cache::CacheKey key;
  cache::StoreTicket ticket;   // taken when the question was asked: a purge since then wins
  int64_t ttl_ms = 0;          // at the most; what the answer says of itself can only shorten it
  bool ttl_of_answer = false;  // … but here it is the answer's word alone that counts
  bool any_type =
      false;  // a plain route: the dialect has no rule of completeness but the transport's
};

struct FetchPlan {
  RequestPtr request;
  upstream::WorkerGroupPtr group;
  const api::OperationInfo* operation = nullptr;
  api::RequestExpectations expectations;
  bool stream = false;        // the client asked for a stream
  bool resend_safe = false;   // may be sent again after bytes of it went out (design.md §8)
  bool retry_allowed = true;  // Ollama's load and unload: never
  std::optional<Recording> recording;

  // The answer is looked into or kept: its worker is asked to leave content codings off.
  bool reads() const { return operation->family != api::Family::kPlain || recording.has_value(); }
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_PLAN_H_
