#include "proxy/api/anthropic/anthropic_listing.h"

#include "proxy/api/json_text.h"
#include "proxy/api/rfc3339.h"

namespace banto::api::anthropic {
namespace {

// "created_at: … may be set to an epoch value if the release date is unknown" (Anthropic's API
// reference, ModelInfo).
std::string Model(const CatalogModel& model) {
  const std::string name = JsonString(model.name);
  return R"({"type":"model","id":)" + name + R"(,"display_name":)" + name + R"(,"created_at":")" +
         Rfc3339(model.created_s) + R"(Z","lifecycle":"active"})";
}

std::string Page(const Catalog& catalog) {
  std::string body = ListModels(R"({"data":[)", catalog, Model);
  body.pop_back();
  const bool empty = catalog.empty();
  return body + R"(,"has_more":false,"first_id":)" +
         (empty ? "null" : JsonString(catalog.begin()->second.name)) + R"(,"last_id":)" +
         (empty ? "null" : JsonString(catalog.rbegin()->second.name)) + "}";
}

}  // namespace

ListingAnswer List(Operation listing, const ListingFacts& facts) {
  if (listing == Operation::kModels) return {200, "application/json", Page(facts.catalog)};
  const CatalogModel* const model = FindModel(facts.catalog, facts.model);
  if (listing != Operation::kModel || model == nullptr) return {404, {}, {}};
  return {200, "application/json", Model(*model)};
}

}  // namespace banto::api::anthropic
