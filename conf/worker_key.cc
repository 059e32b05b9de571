#include "conf/worker_key.h"

#include "proxy/api/engine_traits.h"

namespace banto::conf {

KeyField KeyFieldOf(const Worker& worker) {
  if (worker.api_key.empty()) return {};
  constexpr std::string_view kAuthorization = "Authorization";
  // An api-version is Azure's.
  const std::string_view name =
      worker.url.query.empty() ? api::TraitsOf(worker.kind).key_field : "api-key";
  const bool bearer = name == kAuthorization;
  return {std::string(name), (bearer ? "Bearer " : "") + worker.api_key};
}

}  // namespace banto::conf
