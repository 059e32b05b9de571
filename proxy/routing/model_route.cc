#include "proxy/routing/model_route.h"

#include <algorithm>
#include <numeric>

#include "conf/model_name.h"

namespace banto {
namespace {

// The choice among the fall-backs; their end if it is none.
auto FallbackAt(const ModelRoute& rule, const ModelRouteChoice& choice) {
  return std::find_if(rule.fallback.begin(), rule.fallback.end(),
                      [&choice](const auto& other) { return &other == &choice; });
}

}  // namespace

bool AppliesTo(std::string_view name, std::string_view model) {
  if (conf::MatchesModel(name, model)) return true;
  if (!name.ends_with('*')) return false;
  name.remove_suffix(1);
  return conf::WithoutLatest(model) == conf::WithoutLatest(name);
}

const ModelRoute* FindModelRoute(const Snapshot& snapshot, std::string_view model) {
  return BestFor(model, snapshot.rules,
                 [](const ModelRoute& rule) { return std::string_view(rule.settings.name); });
}

const ModelRouteChoice& TargetOf(const ModelRoute& rule, uint64_t draw) {
  const auto& targets = rule.targets;
  if (targets.size() == 1) return targets.front();
  const uint64_t all = std::accumulate(
      targets.begin(), targets.end(), uint64_t{0},
      [](uint64_t sum, const auto& choice) { return sum + static_cast<uint64_t>(choice.weight); });
  uint64_t at = draw % all;
  for (const ModelRouteChoice& choice : targets) {
    const auto weight = static_cast<uint64_t>(choice.weight);
    if (at < weight) return choice;
    at -= weight;
  }
  return targets.back();
}

bool IsFallback(const ModelRoute& rule, const ModelRouteChoice& choice) {
  return FallbackAt(rule, choice) != rule.fallback.end();
}

const ModelRouteChoice* NextAfter(const ModelRoute& rule, const ModelRouteChoice& choice) {
  const auto& fallback = rule.fallback;
  const auto next = IsFallback(rule, choice) ? FallbackAt(rule, choice) + 1 : fallback.begin();
  return next == fallback.end() ? nullptr : &*next;
}

const upstream::WorkerGroup* LocalPart(const upstream::WorkerGroup& group) {
  const bool all = std::all_of(group.workers.begin(), group.workers.end(),
                               [](const upstream::WorkerPtr& worker) { return worker->local; });
  return all ? &group : group.local.get();
}

}  // namespace banto
