// What listings show of the workers' models, gathered worker by worker. Internal to the snapshot's
// builder.
#ifndef BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_
#define BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_

#include <string>

#include "proxy/api/listing.h"
#include "proxy/routing/listed_models.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/snapshot_builder.h"

namespace banto {

// A model of an OpenAI listing. It stays there while its workers are down: it exists, and asking
// for it says 503 and why.
void AddToCatalog(const ListedModels& listed, const std::string& name, api::Catalog* catalog);

// What Ollama's listings show: "available locally" is what /api/chat will take now.
class OllamaCatalog {
 public:
  void Add(const KnownWorker& ollama, const ListedModels& listed);
  void Finish(Snapshot* snapshot);

 private:
  void AddModel(const ListedModels& listed, bool list_known, const std::string& name);

  api::Catalog catalog_;
  bool any_ = false;
  std::string oldest_, oldest_down_;  // versions, of those that are up and of the others
};

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_
