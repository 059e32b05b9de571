// One immutable picture of the configuration and of what the workers are and serve: which group
// answers which model or path. Made by the control plane whenever a fact changes, handed to each
// loop by Post(); an Exchange keeps the one it began with.
#ifndef BANTO_PROXY_SNAPSHOT_H_
#define BANTO_PROXY_SNAPSHOT_H_

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "proxy/api/listing.h"
#include "proxy/api/operation.h"
#include "proxy/upstream/worker_group.h"

namespace banto {

// A [[routes]] entry with its workers resolved.
struct PlainRoute {
  conf::Route settings;
  upstream::WorkerGroupPtr group;
};

struct Snapshot {
  std::shared_ptr<const conf::Config> config;
  std::vector<upstream::WorkerPtr> workers;  // all, in the order of the file
  std::unordered_map<std::string, upstream::WorkerGroupPtr>
      models;  // for every API but Ollama's own
  std::unordered_map<std::string, upstream::WorkerGroupPtr>
      ollama_models;                   // only workers that speak /api/chat
  upstream::WorkerGroupPtr any_model;  // workers with models = ["*"]; may be nullptr
  upstream::WorkerGroupPtr ollama_any_model;
  std::vector<PlainRoute> routes;  // in the order of the file
  upstream::WorkerGroupPtr
      plain;  // kind = "http" workers, when no [[routes]] are configured; may be nullptr
  api::Catalog catalog;
  std::vector<std::string> unasked;  // workers whose models are not known yet
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace banto

#endif  // BANTO_PROXY_SNAPSHOT_H_
