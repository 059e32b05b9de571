#include "proxy/api/ollama/ollama_listing.h"

#include "proxy/api/json_text.h"
#include "proxy/api/ollama/foreign_model.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

// The worker's object under the name by which it is asked for here ("gemma" for "gemma:latest").
// Empty when it is no object.
std::string Named(std::string_view raw, std::string_view name) {
  JsonCursor json(raw);
  std::string_view key;
  if (!json::IsJson(raw) || !json.EnterObject()) return {};
  const std::string quoted = JsonString(name);
  std::string out = R"({"name":)" + quoted + R"(,"model":)" + quoted;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "name" || key == "model") continue;
    out.append(",\"").append(key).append("\":").append(value);
  }
  return out + "}";
}

std::string Tag(const CatalogModel& model) {
  if (IsObjectNaming(model.ollama_tag, "name", model.name)) return model.ollama_tag;
  std::string own = Named(model.ollama_tag, model.name);
  if (!own.empty()) return own;
  return ForeignTag(model);
}

std::string Running(const CatalogModel& model) {
  if (model.ollama_tag.empty() && !model.openai_model.empty()) return ForeignRunning(model);
  if (IsObjectNaming(model.ollama_ps, "name", model.name)) return model.ollama_ps;
  return Named(model.ollama_ps, model.name);
}

constexpr std::string_view kJson = "application/json; charset=utf-8";

}  // namespace

ListingAnswer List(Operation listing, const ListingFacts& facts) {
  switch (listing) {
    case Operation::kModels:
      return {200, std::string(kJson), ListModels(R"({"models":[)", facts.catalog, Tag)};
    case Operation::kRunning:
      return {200, std::string(kJson), ListModels(R"({"models":[)", facts.catalog, Running)};
    case Operation::kShow: {
      const CatalogModel* const model = FindModel(facts.catalog, facts.model);
      if (model == nullptr) break;
      return {200, std::string(kJson), ForeignShow(*model)};
    }
    case Operation::kVersion:
      return {200, std::string(kJson), R"({"version":)" + JsonString(facts.version) + "}"};
    case Operation::kGreeting:
      return {200, "text/plain; charset=utf-8", "Ollama is running"};
    default:
      break;
  }
  return {404, {}, {}};
}

}  // namespace banto::api::ollama
