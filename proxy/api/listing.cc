#include "proxy/api/listing.h"

#include "proxy/api/ollama_listing.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

constexpr int kStatusNotFound = 404;

// The worker's own object if it is one and speaks of this model, else one with what we know.
std::string OpenAiModel(const CatalogModel& model) {
  if (IsObjectNaming(model.openai_model, "id", model.name)) return model.openai_model;
  std::string object = R"({"id":)";
  json::AppendJsonString(model.name, &object);
  object += R"(,"object":"model","created":)" + std::to_string(model.created_s);
  object += R"(,"owned_by":)";
  json::AppendJsonString(model.owned_by.empty() ? "banto" : model.owned_by, &object);
  return object + "}";
}

ListingAnswer Answer(Family family, std::string body) {
  ListingAnswer answer;
  answer.content_type =
      family == Family::kOllama ? "application/json; charset=utf-8" : "application/json";
  answer.body = std::move(body);
  return answer;
}

ListingAnswer NotFound() {
  ListingAnswer answer;
  answer.status = kStatusNotFound;
  return answer;
}

// A list of what `render` makes of each model; models that it makes nothing of are left out.
template <typename Render>
std::string List(std::string_view opening, const Catalog& catalog, Render render) {
  std::string body(opening);
  bool first = true;
  for (const auto& [name, model] : catalog) {
    const std::string object = render(model);
    if (object.empty()) continue;
    if (!first) body.push_back(',');
    first = false;
    body += object;
  }
  return body + "]}";
}

// Ollama's clients leave the tag out: `gemma` is `gemma:latest`.
const CatalogModel* Find(const Catalog& catalog, std::string_view id) {
  auto found = catalog.find(std::string(id));
  if (found == catalog.end() && id.find(':') == std::string_view::npos) {
    found = catalog.find(std::string(id) + ":latest");
  }
  return found == catalog.end() ? nullptr : &found->second;
}

}  // namespace

ListingAnswer RenderListing(Operation operation, const Catalog& catalog,
                            std::string_view model_id) {
  switch (operation) {
    case Operation::kModels:
      return Answer(Family::kOpenAi, List(R"({"object":"list","data":[)", catalog, OpenAiModel));
    case Operation::kModel: {
      const CatalogModel* model = Find(catalog, model_id);
      if (model == nullptr) return NotFound();
      return Answer(Family::kOpenAi, OpenAiModel(*model));
    }
    case Operation::kOllamaTags:
      return Answer(Family::kOllama, List(R"({"models":[)", catalog, OllamaTag));
    case Operation::kOllamaPs:
      return Answer(Family::kOllama, List(R"({"models":[)", catalog, OllamaPs));
    case Operation::kRoot: {
      ListingAnswer answer = Answer(Family::kOllama, "Ollama is running");
      answer.content_type = "text/plain; charset=utf-8";
      return answer;
    }
    default:
      break;
  }
  return NotFound();
}

ListingAnswer RenderVersion(std::string_view version) {
  std::string body = R"({"version":)";
  json::AppendJsonString(version, &body);
  return Answer(Family::kOllama, body + "}");
}

}  // namespace banto::api
