#include "proxy/routing/group_origins.h"

#include <algorithm>
#include <optional>

#include "proxy/api/engine_traits.h"

namespace banto {
namespace {

// A worker of unknown kind serves nobody yet and does not count for CORS.
bool Speaks(const upstream::WorkerPtr& worker) { return api::IsKnown(worker->kind); }

}  // namespace

api::OriginRule StrictestOf(const std::vector<upstream::WorkerPtr>& workers) {
  std::optional<api::OriginRule> rule;
  for (const upstream::WorkerPtr& worker : workers) {
    if (!Speaks(worker)) continue;
    const api::OriginRule its = api::TraitsOf(worker->kind).origins;
    rule = rule ? api::StricterOf(*rule, its) : its;
  }
  return rule.value_or(api::OriginRule::kSilent);
}

// Ollama refuses a page itself when the request arrives, whatever the preflight said; for engines
// not known to do so nothing is promised.
api::OriginRule BeforeRouting(const std::vector<upstream::WorkerPtr>& engines) {
  const auto some_are = [&](api::OriginRule rule) {
    return std::any_of(engines.begin(), engines.end(), [rule](const upstream::WorkerPtr& worker) {
      return Speaks(worker) && api::TraitsOf(worker->kind).origins == rule;
    });
  };
  if (some_are(api::OriginRule::kSilent)) return api::OriginRule::kSilent;
  if (some_are(api::OriginRule::kAny)) return api::OriginRule::kAny;
  return StrictestOf(engines);
}

}  // namespace banto
