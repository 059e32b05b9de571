#include "proxy/routing/snapshot_builder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "conf/external.h"
#include "proxy/api/engine_traits.h"
#include "proxy/routing/catalog_builder.h"
#include "proxy/routing/entry_names.h"
#include "proxy/routing/group_origins.h"
#include "proxy/routing/listed_models.h"
#include "proxy/routing/model_group.h"
#include "proxy/routing/rule_builder.h"
#include "proxy/routing/served_models.h"
#include "proxy/routing/unnamed_targets.h"

namespace banto {
namespace {

using Members = std::map<std::string, std::vector<upstream::WorkerPtr>>;

// For Ollama "llama3" means "llama3:latest": both names lead there.
void AddModel(const std::string& name, const upstream::WorkerPtr& worker, Members* members) {
  const auto add = [&](const std::string& key) {
    std::vector<upstream::WorkerPtr>& list = (*members)[key];
    // Workers are added one after the other, so a present one is the last.
    if (list.empty() || list.back() != worker) list.push_back(worker);
  };
  add(name);
  constexpr std::string_view kLatest = ":latest";
  if (api::TraitsOf(worker->kind).has_ollama_api && name.ends_with(kLatest))
    add(name.substr(0, name.size() - kLatest.size()));
}

class Builder {
 public:
  Builder(std::shared_ptr<const conf::Config> config, std::shared_ptr<upstream::Balancer> balancer,
          uint64_t number, const Snapshot* previous)
      : snapshot_(std::make_shared<Snapshot>()), balancer_(std::move(balancer)), number_(number) {
    snapshot_->config = std::move(config);
    snapshot_->keys = access::KeyRing(snapshot_->config->keys);
    if (previous == nullptr) return;
    ForEachGroup(*previous, [this](const upstream::WorkerGroupPtr& group) {
      tokens_[group->name] = group->tokens;
    });
  }

  void AddWorker(const KnownWorker& known) {
    const std::shared_ptr<upstream::Worker> worker = MakeWorker(known);
    const api::EngineTraits& traits = api::TraitsOf(worker->kind);
    const ListedModels& listed_models = listed_[worker->name()] = ListedModels(known.facts);
    snapshot_->workers.push_back(worker);
    const bool plain = traits.is_application;
    if (!plain) engines_.push_back(worker);
    if (plain && !worker->external) plain_.push_back(worker);
    const bool listed = known.facts != nullptr && known.facts->models_known;
    if (known.settings.models.empty() && !plain && !listed) AddUnlisted(known, worker);
    std::vector<std::string> models = ModelsOf(*snapshot_->config, known, worker->external);
    if (traits.has_ollama_api)
      ollamas_.Add(known, listed_models, worker->external ? &models : nullptr);
    for (const std::string& name : models) {
      AddModel(name, worker, &models_);
      // Only Ollama serves /api/chat in Ollama's format (llama.cpp's /api/chat is OpenAI-shaped).
      if (traits.has_ollama_api) AddModel(name, worker, &ollama_models_);
      AddToCatalog(listed_models, name, &snapshot_->catalog);
    }
    const bool translates = worker->settings.translate != conf::Translate::kNever;
    if (!plain && !traits.has_ollama_api && api::IsKnown(worker->kind) && translates)
      ollamas_.AddOther(known, listed_models, models);
    std::sort(models.begin(), models.end());
    snapshot_->engines |= traits.engines;
    // Who names no model has not named it for an external worker.
    if (!worker->external) speakers_.push_back({worker, worker->engines, std::move(models)});
  }

  SnapshotPtr Finish() {
    for (const auto& [name, workers] : models_) {
      if (name == "*")
        snapshot_->any_model = Finished(Group("model:*", "", workers));
      else
        snapshot_->models[name] = ModelGroup("model:" + name, name, workers);
    }
    for (const auto& [name, workers] : ollama_models_) {
      if (name == "*")
        snapshot_->ollama_any_model = Finished(Group("ollama:*", "", workers));
      else
        snapshot_->ollama_models[name] = ModelGroup("ollama:" + name, name, workers);
    }
    ollamas_.Finish(snapshot_.get());
    if (!unlisted_.empty()) snapshot_->unlisted = Learning("model:?", unlisted_);
    if (!ollama_unlisted_.empty())
      snapshot_->ollama_unlisted = Learning("ollama:?", ollama_unlisted_);
    for (const conf::Route& route : snapshot_->config->routes) {
      snapshot_->routes.push_back({route, RouteGroup(route)});
    }
    snapshot_->rules = ResolveRules(*snapshot_, [this](const auto& model, const auto& worker) {
      return ModelGroup("model:" + model + "@" + worker->name(), model, {worker});
    });
    AddNames(snapshot_->rules, &snapshot_->catalog);
    AddNames(snapshot_->rules, &snapshot_->ollama_catalog);
    snapshot_->origins = BeforeRouting(engines_);
    if (snapshot_->config->routes.empty() && !plain_.empty())
      snapshot_->plain = Finished(Group("plain", "", plain_));
    snapshot_->unnamed = FindUnnamedTargets(
        speakers_,
        [this](const auto& model, const auto& workers) { return UnnamedGroup(model, workers); });
    return snapshot_;
  }

 private:
  // Adds a worker whose models are unknown: it has never answered, or shows no list.
  void AddUnlisted(const KnownWorker& known, const upstream::WorkerPtr& worker) {
    if (worker->external &&
        (known.facts != nullptr || !conf::MayNameAnyForAll(*snapshot_->config, known.settings)))
      return;
    if (known.facts == nullptr) return snapshot_->unasked.push_back(worker->name());
    unlisted_.push_back(worker);
    if (api::TraitsOf(worker->kind).has_ollama_api) ollama_unlisted_.push_back(worker);
    for (const std::string& name : known.learned) AddToCatalog({}, name, &snapshot_->catalog);
  }

  // The group of their model if they share one, so that they share its queue.
  upstream::WorkerGroupPtr UnnamedGroup(const std::string& model,
                                        const std::vector<upstream::WorkerPtr>& workers) {
    const auto named = snapshot_->models.find(model);
    if (named != snapshot_->models.end() && named->second->workers == workers) return named->second;
    std::string key = "unnamed";
    for (const upstream::WorkerPtr& worker : workers) key += ":" + worker->name();
    return ModelGroup(std::move(key), model, workers);
  }

  std::vector<upstream::WorkerPtr> RouteWorkers(const conf::Route& route) const {
    if (route.workers.empty()) return plain_;
    std::vector<upstream::WorkerPtr> workers;
    for (const std::string& name : route.workers) {
      for (const upstream::WorkerPtr& worker : snapshot_->workers) {
        if (worker->name() == name) workers.push_back(worker);
      }
    }
    return workers;
  }

  // The answers behind a route are an application's, whatever the kind of the worker.
  upstream::WorkerGroupPtr RouteGroup(const conf::Route& route) {
    const auto group = Group("route:" + route.path, "", RouteWorkers(route));
    group->origins = api::OriginRule::kSilent;
    return Finished(group);
  }

  upstream::WorkerGroupPtr Learning(std::string name, std::vector<upstream::WorkerPtr> workers) {
    const auto group = Group(std::move(name), "", std::move(workers));
    group->learns = true;
    return Finished(group);
  }

  upstream::WorkerGroupPtr ModelGroup(std::string name, const std::string& model,
                                      const std::vector<upstream::WorkerPtr>& workers) {
    const auto group = Group(std::move(name), RevisionOf(model, workers, listed_), workers);
    group->cold = ColdOf(model, workers, listed_);
    return Finished(group);
  }

  // With its local part.
  static upstream::WorkerGroupPtr Finished(const std::shared_ptr<upstream::WorkerGroup>& group) {
    auto local = std::make_shared<upstream::WorkerGroup>(*group);
    std::erase_if(local->workers, [](const upstream::WorkerPtr& worker) { return !worker->local; });
    if (local->workers.empty()) return group;
    local->is_local_part = true;
    local->queue_key += "|local";
    group->local = std::move(local);
    return group;
  }

  std::shared_ptr<upstream::WorkerGroup> Group(std::string name, std::string revision,
                                               std::vector<upstream::WorkerPtr> workers) {
    auto group = std::make_shared<upstream::WorkerGroup>();
    group->name = std::move(name);
    group->queue_key = group->name;
    group->revision = std::move(revision);
    group->origins = StrictestOf(workers);
    group->workers = std::move(workers);
    group->balancer = balancer_;
    if (const auto before = tokens_.find(group->name); before != tokens_.end())
      group->tokens = before->second;
    group->snapshot = number_;
    group->queue_length_max = snapshot_->config->balance.queue_length_max;
    return group;
  }

  std::shared_ptr<Snapshot> snapshot_;
  std::shared_ptr<upstream::Balancer> balancer_;
  uint64_t number_;
  std::unordered_map<std::string, std::shared_ptr<upstream::TokenLength>>
      tokens_;  // of the previous snapshot's groups
  Members models_, ollama_models_;
  std::vector<upstream::WorkerPtr> plain_, engines_, unlisted_, ollama_unlisted_;
  OllamaCatalog ollamas_;
  std::vector<Speaker> speakers_;
  ListedByWorker listed_;
};

}  // namespace

SnapshotPtr BuildSnapshot(std::shared_ptr<const conf::Config> config,
                          const std::vector<KnownWorker>& workers,
                          const std::shared_ptr<upstream::Balancer>& balancer, uint64_t number,
                          const Snapshot* previous) {
  Builder builder(std::move(config), balancer, number, previous);
  for (const KnownWorker& worker : workers) builder.AddWorker(worker);
  return builder.Finish();
}

}  // namespace banto
