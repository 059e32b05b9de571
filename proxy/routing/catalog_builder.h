// Collects the workers' models for listings, worker by worker. Internal to the snapshot's builder.
#ifndef BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_
#define BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_

#include <string>

#include "proxy/api/listing.h"
#include "proxy/routing/listed_models.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/snapshot_builder.h"

namespace banto {

// Adds a model to an OpenAI listing. It stays listed while its workers are down: it exists, and
// requests for it get 503 with the reason.
void AddToCatalog(const ListedModels& listed, const std::string& name, api::Catalog* catalog);

// The models in Ollama's listings: "available locally" means what /api/chat accepts now.
class OllamaCatalog {
 public:
  // `only`: of its models; nullptr: all.
  void Add(const KnownWorker& ollama, const ListedModels& listed,
           const std::vector<std::string>* only);
  // Another engine, to which Ollama's API is translated.
  void AddOther(const KnownWorker& known, const ListedModels& listed,
                const std::vector<std::string>& names);
  void Finish(Snapshot* snapshot);

 private:
  void AddModel(const ListedModels& listed, bool list_known, const std::string& name);

  api::Catalog catalog_;
  bool any_ = false, others_ = false;
  std::string oldest_, oldest_down_;  // lowest versions, of workers that are up and of the others
};

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_CATALOG_BUILDER_H_
