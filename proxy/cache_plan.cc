#include "proxy/cache_plan.h"

#include <algorithm>
#include <array>

#include "cache/key_fields.h"

namespace banto {
namespace {

using cache::BypassReason;

constexpr std::array kTenantFields = {http::FieldName::kAuthorization, http::FieldName::kXApiKey,
                                      http::FieldName::kApiKey, http::FieldName::kCookie};

// Who may share the answer: everything that could make a worker answer this caller differently.
std::string TenantOf(const conf::Config& config, const http::RequestHead& head) {
  if (config.cache.scope == conf::Scope::kShared) return {};
  std::string tenant;
  for (const http::FieldName name : kTenantFields) {
    if (const auto value = head.Find(name)) {
      tenant.append(http::FieldNameText(name))
          .append(":")
          .append(std::to_string(value->size()))
          .append(":")
          .append(*value)
          .append("\n");
    }
  }
  return tenant;
}

// The directives decide between look-up, store, both and neither.
void ApplyDirectives(const http::RequestHead& head, CachePlan* plan) {
  plan->directives = cache::ReadRequestDirectives(head);
  plan->look_up = true;
  plan->bypass = BypassReason::kNone;
  if (plan->directives.no_store) {
    plan->bypass = BypassReason::kRequestNoStore;
    plan->look_up = false;
  } else if (plan->directives.no_cache) {
    // The caller wants a new answer; others may have it afterwards.
    plan->bypass = BypassReason::kRequestNoCache;
    plan->look_up = false;
  }
}

// only-if-cached holds here too: it forbids to ask a worker (RFC 9111 §5.2.1.7).
CachePlan Bypass(const Request& request, BypassReason reason, const char* detail = nullptr) {
  CachePlan plan;
  plan.directives = cache::ReadRequestDirectives(request.head);
  plan.bypass = reason;
  plan.detail = detail;
  return plan;
}

bool Cacheable(api::Operation operation) {
  return operation == api::Operation::kChat || operation == api::Operation::kCompletions ||
         operation == api::Operation::kEmbeddings;
}

// Calls `found` with each value of the query argument `name`.
template <typename F>
void ForEachArgument(std::string_view query, std::string_view name, F found) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      found(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
}

void AddRoutePart(const Request& request, std::string_view part, cache::CacheKeyBuilder* builder) {
  if (part == "body") {
    builder->AddPart(cache::KeyTag::kBody, request.body);
  } else if (part.starts_with("query.")) {
    const std::string_view name = part.substr(6);
    ForEachArgument(request.head.query(), name, [&](std::string_view value) {
      builder->AddPair(cache::KeyTag::kQueryArg, name, value);
    });
  } else if (part.starts_with("header.")) {
    const std::string_view name = part.substr(7);
    if (const auto value = request.head.Find(name))
      builder->AddPair(cache::KeyTag::kHeader, name, *value);
  }
}

}  // namespace

CachePlan PlanWithoutCache(const Request& request) {
  return Bypass(request, BypassReason::kCacheOff);
}

CachePlan PlanForApi(const conf::Config& config, const Request& request,
                     const api::OperationInfo& operation, const api::RequestFacts& facts,
                     const http::JsonScan& scan, const RouteDecision& route) {
  if (!Cacheable(operation.operation)) return Bypass(request, BypassReason::kEndpointNotCacheable);
  if (scan.status() != http::JsonStatus::kOk) {
    return Bypass(request, BypassReason::kBadJson, http::JsonStatusName(scan.status()));
  }
  if (const char* stateful = cache::BypassReasonOf(scan, operation.family)) {
    return Bypass(request, BypassReason::kStateful, stateful);
  }
  if (!config.cache.sampled && facts.sampled &&
      operation.operation != api::Operation::kEmbeddings) {
    return Bypass(request, BypassReason::kSampled);
  }
  CachePlan plan;
  plan.ttl_ms = config.cache.ttl_ms;
  ApplyDirectives(request.head, &plan);
  if (plan.directives.no_store) return plan;
  const std::string tenant = TenantOf(config, request.head);
  cache::KeyContext context;
  context.dialect = operation.endpoint;
  context.method = request.head.method();
  context.path = request.head.target();  // the worker sees the query too
  context.model = route.model;
  context.revision = route.group->revision;
  context.tenant = tenant;
  context.packaging = facts.packaging;
  plan.key = cache::KeyOfJsonRequest(context, scan, cache::IgnoredFieldsOf(operation.family));
  if (!plan.key) return Bypass(request, BypassReason::kBadJson);
  return plan;
}

CachePlan PlanForKnown(const conf::Config& config, const Request& request,
                       const cache::CacheKey& key) {
  CachePlan plan;
  plan.ttl_ms = config.cache.ttl_ms;
  ApplyDirectives(request.head, &plan);
  if (!plan.directives.no_store) plan.key = key;
  return plan;
}

std::optional<cache::MacTag> TagOf(const conf::Config& config, const Request& request,
                                   cache::BodyMac* mac) {
  mac->Begin();
  mac->Add(request.head.method());
  mac->Add(request.head.target());
  if (config.cache.scope != conf::Scope::kShared) {
    for (const http::FieldName name : kTenantFields) {
      const auto value = request.head.Find(name);
      mac->Add(value ? "1" : "0");
      mac->Add(value.value_or(""));
    }
  }
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
                       uint64_t path_epoch) {
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
  cache::CacheKeyBuilder builder;
  builder.AddPart(cache::KeyTag::kDialect, "plain");
  builder.AddPart(cache::KeyTag::kMethod, method);
  builder.AddPart(cache::KeyTag::kPath, request.head.path());
  if (path_epoch != 0) {
    builder.AddPart(cache::KeyTag::kPathEpoch,
                    {reinterpret_cast<const char*>(&path_epoch), sizeof path_epoch});
  }
  builder.AddPart(cache::KeyTag::kTenant, TenantOf(config, request.head));
  if (route.settings.cache.key.empty()) {
    builder.AddPart(cache::KeyTag::kQueryArg, request.head.query());
    builder.AddPart(cache::KeyTag::kBody, request.body);
  }
  for (const std::string& part : route.settings.cache.key) AddRoutePart(request, part, &builder);
  plan.key = builder.Finish();
  if (!plan.key) return Bypass(request, BypassReason::kCacheOff);
  return plan;
}

}  // namespace banto
