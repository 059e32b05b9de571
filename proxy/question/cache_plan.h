// How the cache treats one request: bypass it (and why), or look up this key and store the answer
// for so long. Made once, while the request is identified; pure.
#ifndef BANTO_PROXY_QUESTION_CACHE_PLAN_H_
#define BANTO_PROXY_QUESTION_CACHE_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cache/body_mac.h"
#include "cache/cache_key.h"
#include "cache/cache_policy.h"
#include "cache/embedding_items.h"
#include "conf/config.h"
#include "proxy/api/operation.h"
#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"
#include "proxy/question/request.h"
#include "proxy/routing/target.h"

namespace banto {

struct CachePlan {
  cache::BypassReason bypass = cache::BypassReason::kCacheOff;
  const char* detail = nullptr;  // more specific than the bypass reason, if there is one
  std::optional<cache::CacheKey>
      key;  // if set, the answer may be stored (and looked up unless `bypass` is set)
  bool look_up = false;
  cache::RequestDirectives directives;
  int64_t ttl_ms = 0;
  bool ttl_of_answer = false;  // for the answer's own lifetime, and no other
  bool any_type = false;       // a plain route's answer
  uint64_t path_epoch = 0;     // of its path, when the key was made
  // If its vectors are kept one by one. `key` is then of all of them, for those who ask the same.
  std::shared_ptr<const cache::EmbeddingItems> items;
  // What separates its caller from others (separation.h); nullopt if the request was already known.
  std::optional<std::string> caller;
};

// Without a cache only what the client forbids counts.
CachePlan PlanWithoutCache(const Request& request);

// Why it leaves something behind or depends on what was left, as one word; nullptr: it does not.
const char* StatefulBy(const conf::Config& config, const api::OperationInfo& operation,
                       const json::JsonScan& scan, const upstream::WorkerGroup& group);

// For an API request whose body has been scanned. `key`, here and below: its caller's, or nullptr.
CachePlan PlanForApi(const conf::Config& config, const Request& request,
                     const api::OperationInfo& operation, const api::RequestFacts& facts,
                     const json::JsonScan& scan, const Target& target,
                     const conf::AccessKey* key = nullptr);

// For a request whose body prevents caching, for the given reason.
CachePlan PlanToBypass(const Request& request, const api::OperationInfo& operation,
                       const char* detail);

// What of a plan depends on the request's bytes alone.
struct KnownKey {
  cache::CacheKey key;
  std::shared_ptr<const cache::EmbeddingItems> items;  // one, or none
};

// For a request whose key is already known (request_memo.h).
CachePlan PlanForKnown(const conf::Config& config, const Request& request, const KnownKey& known,
                       const Target& target);

// A tag over everything that an API request's model, key and packaging depend on besides the
// snapshot.
std::optional<cache::MacTag> TagOf(const conf::Config& config, const Request& request,
                                   const conf::AccessKey* key, cache::BodyMac* mac);

// A tag over what is asked, regardless of the caller.
std::optional<cache::MacTag> PromptTagOf(const Request& request, cache::BodyMac* mac);

// Whether a route declares that a POST asks rather than writes: by its `methods`, or by "body" in
// its key.
bool CallsPostAQuestion(const conf::Route& route);
// Whether a route caches answers to `method`: to GET, and to POST if its body is in the key.
bool KeepsAnswersTo(const conf::Route& route, std::string_view method);

// For a plain route. `path_epoch`: Cache::PathEpoch of it.
CachePlan PlanForRoute(const conf::Config& config, const Request& request, const PlainRoute& route,
                       uint64_t path_epoch, const conf::AccessKey* key = nullptr);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CACHE_PLAN_H_
