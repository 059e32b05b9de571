#include "proxy/question/cache_plan.h"

#include <algorithm>

#include "cache/key_fields.h"
#include "proxy/api/dialect.h"
#include "proxy/question/route_key.h"
#include "proxy/question/separation.h"

namespace banto {
namespace {

using cache::BypassReason;

// The client's directives select look-up, store, both or neither.
void ApplyDirectives(const http::RequestHead& head, CachePlan* plan) {
  plan->directives = cache::ReadRequestDirectives(head);
  plan->look_up = true;
  plan->bypass = BypassReason::kNone;
  if (plan->directives.no_store) {
    plan->bypass = BypassReason::kRequestNoStore;
    plan->look_up = false;
  } else if (plan->directives.no_cache) {
    // The caller wants a new answer, which others may then get.
    plan->bypass = BypassReason::kRequestNoCache;
    plan->look_up = false;
  }
}

// only-if-cached applies here too: it forbids asking a worker (RFC 9111 §5.2.1.7).
CachePlan Bypass(const Request& request, BypassReason reason, const char* detail = nullptr) {
  CachePlan plan;
  plan.directives = cache::ReadRequestDirectives(request.head);
  plan.bypass = reason;
  plan.detail = detail;
  return plan;
}

// Whether any of the workers receives the Host that the client sent.
bool PassesHost(const upstream::WorkerGroup& group) {
  return std::any_of(group.workers.begin(), group.workers.end(),
                     [](const upstream::WorkerPtr& worker) { return worker->host.empty(); });
}

const conf::ModelRule* RuleOf(const Target& target) {
  return target.rule == nullptr ? nullptr : &target.rule->settings;
}

int64_t TtlMs(const conf::Config& config, const Target& target) {
  const conf::ModelRule* const rule = RuleOf(target);
  return rule != nullptr && rule->cache.ttl_ms > 0 ? rule->cache.ttl_ms : config.cache.ttl_ms;
}

// Whether one of the workers keeps the answer for a later turn, although nobody told it to.
bool KeepsAnswer(const api::Dialect& dialect, const json::JsonScan& scan,
                 const upstream::WorkerGroup& group) {
  const json::JsonMember* const store = scan.Find(json::JsonField::kStore);
  if (store != nullptr && store->kind != json::JsonKind::kNull) return false;  // it was told
  return std::any_of(group.workers.begin(), group.workers.end(),
                     [&dialect](const upstream::WorkerPtr& worker) {
                       return (worker->engines & dialect.keeps_answers) != 0;
                     });
}

// Its name and what it permits, without making a text of them.
void AddKey(const conf::AccessKey& key, cache::BodyMac* mac) {
  mac->Add(key.name);
  mac->Add(key.external ? "external" : "local");
  for (const std::string& model : key.models) mac->Add(model);
}

}  // namespace

CachePlan PlanWithoutCache(const Request& request) {
  return Bypass(request, BypassReason::kCacheOff);
}

const char* StatefulBy(const conf::Config& config, const api::OperationInfo& operation,
                       const json::JsonScan& scan, const upstream::WorkerGroup& group) {
  const api::Dialect& dialect = *operation.dialect;
  if (const char* why = cache::BypassReasonOf(scan, dialect, config.cache.bypass_fields))
    return why;
  const bool kept = dialect.keeps_answers != 0 && KeepsAnswer(dialect, scan, group);
  return kept ? "store_by_default" : nullptr;
}

CachePlan PlanForApi(const conf::Config& config, const Request& request,
                     const api::OperationInfo& operation, const api::RequestFacts& facts,
                     const json::JsonScan& scan, const Target& target, const conf::AccessKey* key) {
  if (!operation.cacheable) return Bypass(request, BypassReason::kEndpointNotCacheable);
  if (scan.status() != json::JsonStatus::kOk) {
    return Bypass(request, BypassReason::kBadJson, json::JsonStatusName(scan.status()));
  }
  if (const char* stateful = StatefulBy(config, operation, scan, *target.group))
    return Bypass(request, BypassReason::kStateful, stateful);
  const conf::ModelRule* const rule = RuleOf(target);
  if (rule != nullptr && !rule->cache.enabled) return Bypass(request, BypassReason::kCacheOff);
  const bool sampled = rule == nullptr ? config.cache.sampled : rule->cache.sampled;
  if (!sampled && facts.sampled) return Bypass(request, BypassReason::kSampled);
  CachePlan plan;
  plan.ttl_ms = TtlMs(config, target);
  ApplyDirectives(request.head, &plan);
  if (plan.directives.no_store) return plan;
  const http::SeparatingFields fields(request.head, RuleForApi(config, request.peer_trusted));
  const std::string_view host = request.head.host();
  plan.caller = KeyText(config, key);
  plan.caller->append(CallerText(fields, PassesHost(*target.group) ? &host : nullptr));
  cache::KeyContext context;
  context.dialect = operation.endpoint;
  context.method = request.head.method();
  context.path = request.head.target();  // the worker sees the query too
  context.model = target.model;
  context.revision = target.group->revision;
  context.tenant = *plan.caller;
  context.packaging = facts.packaging;
  if (operation.vectors != nullptr)
    plan.items = cache::ReadItems(context, scan, operation.dialect->ignored, *operation.vectors);
  plan.key = plan.items ? cache::KeyOfItems(*plan.items)
                        : cache::KeyOfJsonRequest(context, scan, operation.dialect->ignored);
  if (!plan.key) return Bypass(request, BypassReason::kBadJson);
  return plan;
}

CachePlan PlanToBypass(const Request& request, const api::OperationInfo& operation,
                       const char* detail) {
  if (!operation.cacheable) return Bypass(request, BypassReason::kEndpointNotCacheable);
  return Bypass(request, BypassReason::kBadJson, detail);
}

CachePlan PlanForKnown(const conf::Config& config, const Request& request, const KnownKey& known,
                       const Target& target) {
  CachePlan plan;
  plan.ttl_ms = TtlMs(config, target);
  ApplyDirectives(request.head, &plan);
  if (plan.directives.no_store) return plan;
  plan.key = known.key;
  plan.items = known.items;
  return plan;
}

std::optional<cache::MacTag> TagOf(const conf::Config& config, const Request& request,
                                   const conf::AccessKey* key, cache::BodyMac* mac) {
  mac->Begin();
  if (key != nullptr) AddKey(*key, mac);
  mac->Add(request.head.method());
  mac->Add(request.head.target());
  // Always included: whether a worker sees the Host is not known before the model is.
  mac->Add(request.head.host());
  const http::SeparatingFields fields(request.head, RuleForApi(config, request.peer_trusted));
  for (const http::FieldEntry* entry : fields.entries()) {
    const http::Field field = fields.FieldOf(*entry);
    mac->Add(field.name);
    mac->Add(field.value);
  }
  mac->Add(request.body);
  return mac->Finish();
}

std::optional<cache::MacTag> PromptTagOf(const Request& request, cache::BodyMac* mac) {
  mac->Begin();
  mac->Add(request.head.method());
  mac->Add(request.head.target());
  mac->Add(request.body);
  return mac->Finish();
}

bool CallsPostAQuestion(const conf::Route& route) {
  const auto names = [](const std::vector<std::string>& list, const char* what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  return names(route.methods, "POST") || names(route.cache.key, "body");
}

bool KeepsAnswersTo(const conf::Route& route, std::string_view method) {
  if (!route.cache.enabled) return false;
  if (method == "POST") return route.cache.key.empty() || CallsPostAQuestion(route);
  return method == "GET";
}

CachePlan PlanForRoute(const conf::Config& config, const Request& request, const PlainRoute& route,
                       uint64_t path_epoch, const conf::AccessKey* key) {
  if (!route.settings.cache.enabled) return Bypass(request, BypassReason::kCacheOff);
  const std::string_view method = request.head.method();
  if (!KeepsAnswersTo(route.settings, method))
    return Bypass(request, BypassReason::kEndpointNotCacheable);
  if (request.head.Has(http::FieldName::kRange))
    return Bypass(request, BypassReason::kEndpointNotCacheable, "range");
  CachePlan plan;
  plan.any_type = true;
  plan.ttl_ms = route.settings.cache.ttl_ms > 0 ? route.settings.cache.ttl_ms : config.cache.ttl_ms;
  plan.ttl_of_answer = route.settings.cache.ttl_of_answer;
  plan.path_epoch = path_epoch;
  ApplyDirectives(request.head, &plan);
  if (plan.directives.no_store) return plan;
  // An app sees the Host at least in X-Forwarded-Host.
  const std::string_view host = request.head.host();
  const http::SeparatingFields fields(request.head, RuleForRoute(config, request.peer_trusted));
  plan.caller = KeyText(config, key);
  plan.caller->append(CallerText(fields, &host));
  plan.key = KeyOfRoute(request, route.settings.cache.key, *plan.caller, path_epoch);
  if (!plan.key) return Bypass(request, BypassReason::kCacheOff);
  return plan;
}

}  // namespace banto
