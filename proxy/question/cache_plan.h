// What the cache is to do with one request: bypass it (and why), or look under this key and keep
// the answer for so long. Made once by the Exchange while it identifies its request; pure.
#ifndef BANTO_PROXY_QUESTION_CACHE_PLAN_H_
#define BANTO_PROXY_QUESTION_CACHE_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "cache/body_mac.h"
#include "cache/cache_key.h"
#include "cache/cache_policy.h"
#include "conf/config.h"
#include "proxy/api/operation.h"
#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"
#include "proxy/question/request.h"
#include "proxy/routing/target.h"

namespace banto {

struct CachePlan {
  cache::BypassReason bypass = cache::BypassReason::kCacheOff;
  const char* detail = nullptr;  // a finer word than the bypass reason, when there is one
  std::optional<cache::CacheKey>
      key;  // set: may be stored (and looked up unless bypass says otherwise)
  bool look_up = false;
  cache::RequestDirectives directives;
  int64_t ttl_ms = 0;
  bool ttl_of_answer = false;  // for as long as the answer says, and no other time
  bool any_type = false;       // a plain route's answer
  uint64_t path_epoch = 0;     // of its path, when the key was made
  // What told its caller from others (separation.h); nullopt where the request was known already.
  std::optional<std::string> caller;
};

// Where there is no cache: only what the client forbids counts.
CachePlan PlanWithoutCache(const Request& request);

// For an API request whose body was scanned.
CachePlan PlanForApi(const conf::Config& config, const Request& request,
                     const api::OperationInfo& operation, const api::RequestFacts& facts,
                     const json::JsonScan& scan, const Target& target);

// For one whose answer the cache has no business with, for a reason in its body.
CachePlan PlanToBypass(const Request& request, const api::OperationInfo& operation,
                       const char* detail);

// For one whose key is known already (request_memo.h).
CachePlan PlanForKnown(const conf::Config& config, const Request& request,
                       const cache::CacheKey& key);

// What an API request's model, key and packaging depend on besides the snapshot, as one tag.
std::optional<cache::MacTag> TagOf(const conf::Config& config, const Request& request,
                                   cache::BodyMac* mac);

// What is asked, whoever asks it.
std::optional<cache::MacTag> PromptTagOf(const Request& request, cache::BodyMac* mac);

// Whether a route says that a POST asks and does not write: by its `methods`, or by "body" in its
// key.
bool CallsPostAQuestion(const conf::Route& route);
// Whether a route keeps answers to `method`: to GET, and to POST where its body is in the key.
bool KeepsAnswersTo(const conf::Route& route, std::string_view method);

// For a plain route. `path_epoch`: Cache::PathEpoch of it.
CachePlan PlanForRoute(const conf::Config& config, const Request& request, const PlainRoute& route,
                       uint64_t path_epoch);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CACHE_PLAN_H_
