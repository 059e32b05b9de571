// An immutable view of the configuration and of what the workers are and serve: which group serves
// which model or path. Built by the control plane whenever a fact changes and handed to each loop
// by Post(); an Exchange keeps the one it began with.
#ifndef BANTO_PROXY_ROUTING_SNAPSHOT_H_
#define BANTO_PROXY_ROUTING_SNAPSHOT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "proxy/access/key_ring.h"
#include "proxy/api/listing.h"
#include "proxy/api/operation.h"
#include "proxy/api/origin_rule.h"
#include "proxy/upstream/worker_group.h"

namespace banto {

// A [[routes]] entry with its workers resolved.
struct PlainRoute {
  conf::Route settings;
  upstream::WorkerGroupPtr group;
};

// Where one choice of a [[models]] entry leads now.
struct ModelRouteChoice {
  std::string model;              // empty: as the client wrote it
  upstream::WorkerGroupPtr only;  // of the worker that it names; nullptr: whoever serves the model
  bool local_only = false;        // by the entry, or by the one that its model has itself
  int weight = 1;                 // of a split
  std::optional<conf::Price> price, reference_price;  // of the model
};

// A [[models]] entry with its choices resolved.
struct ModelRoute {
  conf::ModelRule settings;
  std::vector<ModelRouteChoice> targets;   // one, or those of its split
  std::vector<ModelRouteChoice> fallback;  // in turn
  std::optional<ModelRouteChoice> mirror;
};

// Groups by model name; supports look-up by view.
struct ModelHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
using GroupsByModel =
    std::unordered_map<std::string, upstream::WorkerGroupPtr, ModelHash, std::equal_to<>>;

// Where requests without a model go: to workers of these engines, if the target is unambiguous.
struct UnnamedTarget {
  api::Engines engines = 0;
  bool served = false;             // there are such workers
  bool possible = false;           // … or workers that may turn out to be
  upstream::WorkerGroupPtr group;  // nullptr: none, or with different models
  std::string model;               // theirs; empty: any, or several
  bool several = false;
};

struct Snapshot {
  std::shared_ptr<const conf::Config> config;
  access::KeyRing keys;                      // the config's
  std::vector<upstream::WorkerPtr> workers;  // all, in file order
  GroupsByModel models;                      // for every API except Ollama's own
  std::vector<ModelRoute> rules;             // in file order
  GroupsByModel ollama_models;               // only workers that serve /api/chat
  upstream::WorkerGroupPtr any_model;        // workers with models = ["*"]; may be nullptr
  upstream::WorkerGroupPtr ollama_any_model;
  // Workers that answer but do not show us a list (it requires the clients' key): they get requests
  // for models that no one lists. May be nullptr.
  upstream::WorkerGroupPtr unlisted, ollama_unlisted;
  api::Engines engines = 0;            // those of all workers
  std::vector<UnnamedTarget> unnamed;  // one for each set of engines that an operation has
  std::vector<PlainRoute> routes;      // in file order
  upstream::WorkerGroupPtr
      plain;  // kind = "http" workers, when no [[routes]] are configured; may be nullptr
  api::OriginRule origins =
      api::OriginRule::kSilent;  // for answers before a group is known: preflights, listings
  api::Catalog catalog;          // of /v1/models
  api::Catalog ollama_catalog;   // for /api/tags and /api/ps: of workers that are up
  bool has_ollama = false;
  bool speaks_ollama = false;  // some worker serves Ollama's API, by itself or through translation
  std::string ollama_version;  // the oldest of theirs; empty: unknown
  std::vector<std::string> unasked;  // workers whose models are not known yet
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

template <typename Visit>
void ForEachGroup(const Snapshot& snapshot, Visit visit_one) {
  const auto visit = [&visit_one](const upstream::WorkerGroupPtr& group) {
    visit_one(group);
    if (group->local != nullptr) visit_one(group->local);
  };
  for (const auto* groups : {&snapshot.models, &snapshot.ollama_models}) {
    for (const auto& [model, group] : *groups) visit(group);
  }
  for (const ModelRoute& rule : snapshot.rules) {
    for (const auto* choices : {&rule.targets, &rule.fallback}) {
      for (const ModelRouteChoice& choice : *choices) {
        if (choice.only != nullptr) visit(choice.only);
      }
    }
    if (rule.mirror && rule.mirror->only != nullptr) visit(rule.mirror->only);
  }
  for (const PlainRoute& route : snapshot.routes) visit(route.group);
  for (const UnnamedTarget& target : snapshot.unnamed) {
    if (target.group != nullptr) visit(target.group);
  }
  for (const auto* group : {&snapshot.any_model, &snapshot.ollama_any_model, &snapshot.unlisted,
                            &snapshot.ollama_unlisted, &snapshot.plain}) {
    if (*group != nullptr) visit(*group);
  }
}
// `latest_is_default`: Ollama's clients write "m:latest" for what another engine calls "m".
GroupsByModel::const_iterator FindModel(const GroupsByModel& models, std::string_view name,
                                        bool latest_is_default);
// nullptr: no group has this queue_key any more.
upstream::WorkerGroupPtr FindGroup(const Snapshot& snapshot, const std::string& queue_key);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_SNAPSHOT_H_
