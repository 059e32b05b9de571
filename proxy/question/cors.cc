#include "proxy/question/cors.h"

#include <algorithm>

namespace banto {
namespace {

constexpr std::string_view kEverybody = "*";

// The page was loaded from the address that it requests: browsers do not apply CORS to it, and
// gin-contrib/cors (Ollama's) lets it pass.
bool IsSameOrigin(std::string_view origin, std::string_view host) {
  const size_t scheme_end = origin.find("://");
  return scheme_end != std::string_view::npos && !host.empty() &&
         http::EqualsNoCase(origin.substr(scheme_end + 3), host);
}

}  // namespace

bool ShowsAList(const http::FieldList& answer) {
  const std::string_view allowed = answer.Find("Access-Control-Allow-Origin");
  if (allowed == kEverybody) return false;
  return allowed.empty() || http::ListHasToken(answer.List("Vary"), "Origin");
}

bool Lists(const conf::Cors& config, std::string_view origin) {
  return std::any_of(config.origins.begin(), config.origins.end(), [&](const std::string& listed) {
    return listed == kEverybody || listed == origin;
  });
}

Cors DecideCors(const conf::Cors& config, api::OriginRule rule, const http::RequestHead& head) {
  return DecideCors(config, rule, head.Find(http::FieldName::kOrigin).value_or(""), head.host());
}

Cors DecideCors(const conf::Cors& config, api::OriginRule rule, std::string_view origin,
                std::string_view host) {
  Cors cors;
  cors.configured = !config.origins.empty();
  if (cors.configured) {
    cors.varies = true;
    if (Lists(config, kEverybody)) {
      cors.allow_origin = kEverybody;
    } else if (!origin.empty() && Lists(config, origin)) {
      cors.allow_origin = origin;
    }
  } else if (!origin.empty() && api::AllowsOrigin(rule, origin)) {
    cors.varies = rule != api::OriginRule::kAny;
    cors.allow_origin = cors.varies ? origin : kEverybody;
  }
  cors.refused = rule == api::OriginRule::kOllama && !origin.empty() && cors.allow_origin.empty() &&
                 !IsSameOrigin(origin, host);
  return cors;
}

}  // namespace banto
