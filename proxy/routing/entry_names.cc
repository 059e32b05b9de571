#include "proxy/routing/entry_names.h"

#include <optional>
#include <string>
#include <utility>

namespace banto {
namespace {

// What is told of the first choice that somebody lists; otherwise only its name, if a worker is
// named for it: whatever that lists, it is asked.
std::optional<api::CatalogModel> ShownAs(const ModelRoute& rule, const api::Catalog& catalog) {
  bool named = false;
  for (const auto* choices : {&rule.targets, &rule.fallback}) {
    for (const ModelRouteChoice& choice : *choices) {
      const api::CatalogModel* const found = api::FindModel(catalog, choice.model);
      if (found != nullptr) return *found;
      named = named || choice.only != nullptr;
    }
  }
  return named ? std::optional<api::CatalogModel>(std::in_place) : std::nullopt;
}

}  // namespace

void AddNames(const std::vector<ModelRoute>& rules, api::Catalog* catalog) {
  for (const ModelRoute& rule : rules) {
    const std::string& name = rule.settings.name;
    if (name.ends_with('*') || catalog->count(name) > 0) continue;
    std::optional<api::CatalogModel> shown = ShownAs(rule, *catalog);
    if (!shown) continue;
    shown->name = name;
    catalog->emplace(name, std::move(*shown));
  }
}

}  // namespace banto
