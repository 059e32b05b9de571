#include "proxy/routing/unnamed_targets.h"

#include <utility>

#include "proxy/api/engine_traits.h"

namespace banto {
namespace {

using api::Engines;
namespace engine = api::engine;

Engines EnginesOfTei(std::string_view task) {
  if (task == "embedding") return engine::kTeiEmbed;
  // Its /predict also returns the raw scores of a reranker.
  if (task == "reranker") return engine::kTeiRerank | engine::kTeiPredict;
  if (task == "classifier") return engine::kTeiPredict;
  return engine::kTei;
}

UnnamedTarget Find(Engines engines, const std::vector<Speaker>& speakers,
                   const MakeGroup& make_group) {
  UnnamedTarget target;
  target.engines = engines;
  std::vector<upstream::WorkerPtr> workers;
  const std::vector<std::string>* models = nullptr;
  for (const Speaker& speaker : speakers) {
    if ((speaker.engines & engines) == 0) continue;
    target.served = true;
    // A worker that has not reported its models joins once it does.
    if (speaker.models.empty()) continue;
    if (models != nullptr && *models != speaker.models) return target;
    models = &speaker.models;
    workers.push_back(speaker.worker);
  }
  if (models == nullptr) return target;
  target.several = models->size() > 1;
  if (!target.several && models->front() != "*") target.model = models->front();
  target.group = make_group(models->front(), workers);
  return target;
}

}  // namespace

Engines EnginesOf(api::WorkerKind kind, std::string_view task) {
  const Engines engines = api::TraitsOf(kind).engines;
  return engines == engine::kTei ? EnginesOfTei(task) : engines;
}

std::vector<UnnamedTarget> FindUnnamedTargets(const std::vector<Speaker>& speakers,
                                              const MakeGroup& make_group) {
  std::vector<UnnamedTarget> targets;
  for (const Engines engines : api::EnginesOfAllOperations()) {
    UnnamedTarget target = Find(engines, speakers, make_group);
    target.possible = target.served;
    // A TEI may serve more than it reports, and an unknown engine may have any path.
    for (const Engines more :
         {(engines & engine::kTei) != 0 ? engine::kTei : Engines{0}, engine::kUnknown}) {
      if (target.possible) break;
      target = Find(more, speakers, make_group);
      target.possible = std::exchange(target.served, false);
    }
    target.engines = engines;
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace banto
