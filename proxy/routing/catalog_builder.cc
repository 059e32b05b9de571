#include "proxy/routing/catalog_builder.h"

#include <algorithm>
#include <utility>

#include "proxy/api/ollama/ollama_version.h"

namespace banto {
namespace {

void Merge(const health::ListedModel& listed, api::CatalogModel* model) {
  if (model->owned_by.empty()) model->owned_by = listed.owned_by;
  if (model->created_s == 0) model->created_s = listed.created_s;
  if (model->openai_model.empty()) model->openai_model = listed.openai_model;
  if (model->ollama_tag.empty()) model->ollama_tag = listed.ollama_tag;
  if (model->ollama_ps.empty()) model->ollama_ps = listed.ollama_ps;
}

}  // namespace

void AddToCatalog(const ListedModels& listed, const std::string& name, api::Catalog* catalog) {
  if (name == "*") return;
  api::CatalogModel& model = (*catalog)[name];
  model.name = name;
  if (const health::ListedModel* const found = listed.Find(name)) Merge(*found, &model);
}

void OllamaCatalog::Add(const KnownWorker& ollama, const ListedModels& listed,
                        const std::vector<std::string>* only) {
  any_ = true;
  const bool up = ollama.state->verdict() != health::Verdict::kUnhealthy;
  const std::string version = ollama.facts != nullptr ? ollama.facts->version : "";
  std::string& oldest = up ? oldest_ : oldest_down_;
  if (!version.empty() && (oldest.empty() || api::ollama::IsOlderVersion(version, oldest)))
    oldest = version;
  if (!up) return;
  const bool list_known = ollama.facts != nullptr && ollama.facts->models_known;
  const std::vector<std::string>& given = only != nullptr ? *only : ollama.settings.models;
  const bool everything = (only == nullptr && given.empty()) ||
                          std::find(given.begin(), given.end(), "*") != given.end();
  if (!everything) {
    for (const std::string& name : given) AddModel(listed, list_known, name);
  } else if (ollama.facts != nullptr) {
    for (const health::ListedModel& model : ollama.facts->models)
      AddModel(listed, list_known, model.name);
    for (const std::string& name : ollama.learned) AddModel(listed, list_known, name);
  }
}

void OllamaCatalog::AddOther(const KnownWorker& known, const ListedModels& listed,
                             const std::vector<std::string>& names) {
  others_ = true;
  if (known.state->verdict() == health::Verdict::kUnhealthy) return;
  for (const std::string& name : names) AddToCatalog(listed, name, &catalog_);
}

// Requests for a configured name that is missing in its (known) list would be in vain.
void OllamaCatalog::AddModel(const ListedModels& listed, bool list_known, const std::string& name) {
  const health::ListedModel* const found = listed.FindTagged(name);
  if (found == nullptr && list_known) return;
  api::CatalogModel& model = catalog_[name];
  model.name = name;
  if (found != nullptr) Merge(*found, &model);
}

void OllamaCatalog::Finish(Snapshot* snapshot) {
  snapshot->has_ollama = any_;
  snapshot->ollama_catalog = std::move(catalog_);
  snapshot->speaks_ollama = any_ || others_;
  snapshot->ollama_version = oldest_.empty() ? std::move(oldest_down_) : std::move(oldest_);
  // Without an Ollama there is none older than what is translated.
  if (others_ && !any_) snapshot->ollama_version = api::ollama::kTranslatedVersion;
}

}  // namespace banto
