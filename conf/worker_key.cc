#include "conf/worker_key.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/base/ascii.h"

namespace banto::conf {
namespace {

// Names of headers that carry the credential for a worker.
bool IsCredential(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "authorization", "x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key",
      "x-auth-token",  "cookie"};
  return std::find(kNames.begin(), kNames.end(), base::Lowered(name)) != kNames.end();
}

}  // namespace

KeyField KeyFieldOf(const Worker& worker) {
  if (worker.api_key.empty()) return {};
  constexpr std::string_view kAuthorization = "Authorization";
  // An api-version is Azure's.
  const std::string_view name =
      worker.url.query.empty() ? api::TraitsOf(worker.kind).key_field : "api-key";
  const bool bearer = name == kAuthorization;
  return {std::string(name), (bearer ? "Bearer " : "") + worker.api_key};
}

bool HoldsKey(const Worker& worker) {
  const auto& headers = worker.headers;
  return !worker.api_key.empty() ||
         std::any_of(headers.begin(), headers.end(),
                     [](const auto& header) { return IsCredential(header.first); });
}

}  // namespace banto::conf
