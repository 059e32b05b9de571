#include "proxy/routing/model_route.h"

#include <algorithm>
#include <numeric>

#include "conf/model_name.h"
#include "proxy/base/hash_text.h"
#include "proxy/base/split_mix.h"

namespace banto {
namespace {

// The choice among the fall-backs; their end if it is none.
auto FallbackAt(const ModelRoute& rule, const ModelRouteChoice& choice) {
  return std::find_if(rule.fallback.begin(), rule.fallback.end(),
                      [&choice](const auto& other) { return &other == &choice; });
}

}  // namespace

const ModelRoute* FindModelRoute(const Snapshot& snapshot, std::string_view model) {
  return conf::BestFor(model, snapshot.rules,
                       [](const ModelRoute& rule) { return std::string_view(rule.settings.name); });
}

const ModelRouteChoice& TargetOf(const ModelRoute& rule, uint64_t draw) {
  const auto& targets = rule.targets;
  if (targets.size() == 1) return targets.front();
  const uint64_t all = std::accumulate(
      targets.begin(), targets.end(), uint64_t{0},
      [](uint64_t sum, const auto& choice) { return sum + static_cast<uint64_t>(choice.weight); });
  // Entries draw apart: else one part of the callers would get all that is new.
  base::SplitMix mixed(draw ^ base::HashText(rule.settings.name, 0));
  uint64_t at = mixed.Next() % all;
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
  return group.is_local_part ? &group : group.local.get();
}

}  // namespace banto
