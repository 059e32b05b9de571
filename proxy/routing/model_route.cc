#include "proxy/routing/model_route.h"

#include <algorithm>
#include <numeric>

namespace banto {

namespace {

std::string_view WithoutLatest(std::string_view name) {
  constexpr std::string_view kLatest = ":latest";
  if (name.ends_with(kLatest)) name.remove_suffix(kLatest.size());
  return name;
}

}  // namespace

bool AppliesTo(std::string_view name, std::string_view model) {
  if (!name.ends_with('*')) return WithoutLatest(name) == WithoutLatest(model);
  name.remove_suffix(1);
  return model.starts_with(name) || WithoutLatest(model) == WithoutLatest(name);
}

const ModelRoute* FindModelRoute(const Snapshot& snapshot, std::string_view model) {
  const ModelRoute* best = nullptr;
  for (const ModelRoute& rule : snapshot.rules) {
    const std::string_view name = rule.settings.name;
    if (!AppliesTo(name, model)) continue;
    if (!name.ends_with('*')) return &rule;
    if (best == nullptr || name.size() > best->settings.name.size()) best = &rule;
  }
  return best;
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
  return std::any_of(rule.fallback.begin(), rule.fallback.end(),
                     [&choice](const auto& other) { return &other == &choice; });
}

const ModelRouteChoice* NextAfter(const ModelRoute& rule, const ModelRouteChoice& choice) {
  const auto& fallback = rule.fallback;
  const auto at = std::find_if(fallback.begin(), fallback.end(),
                               [&choice](const auto& other) { return &other == &choice; });
  const auto next = at == fallback.end() ? fallback.begin() : at + 1;
  return next == fallback.end() ? nullptr : &*next;
}

const upstream::WorkerGroup* LocalPart(const upstream::WorkerGroup& group) {
  const bool all = std::all_of(group.workers.begin(), group.workers.end(),
                               [](const upstream::WorkerPtr& worker) { return worker->local; });
  return all ? &group : group.local.get();
}

}  // namespace banto
