#include "health/model_list.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "health/json_page.h"
#include "proxy/base/percent.h"

namespace banto::health {
namespace {

std::string FirstText(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string text = Text(object, name);
    if (!text.empty()) return text;
  }
  return {};
}

// vLLM and SGLang name what they loaded ("root"); llama.cpp reports size and type of the file.
std::string Revision(const Json& model) {
  std::string revision = Text(model, "root");
  const Json* meta = Member(model, "meta");
  if (revision.empty() && meta != nullptr && meta->is_object()) {
    revision = Text(*meta, "ftype") + " " + std::to_string(Number(*meta, "n_params")) + " " +
               std::to_string(Number(*meta, "size"));
  }
  revision.resize(std::min(revision.size(), kRevisionBytesMax));
  return revision;
}

constexpr size_t kParsedMax = kModelsMax + 1;  // one more shows that a list is longer

// The model under another of its names; not worth a copy of its JSON.
ListedModel Alias(const ListedModel& model, std::string name) {
  ListedModel alias;
  alias.name = std::move(name);
  alias.revision = model.revision;
  alias.owned_by = model.owned_by;
  alias.created_s = model.created_s;
  return alias;
}

// llama.cpp accepts each alias in place of the name.
void AddAliases(const Json& json, std::vector<ListedModel>* models) {
  const Json* aliases = Member(json, "aliases");
  if (aliases == nullptr || !aliases->is_array()) return;
  const size_t named = models->size() - 1;
  for (const Json& alias : *aliases) {
    if (models->size() >= kParsedMax) return;
    if (!alias.is_string()) continue;
    std::string name = alias.get<std::string>();
    if (name.empty() || name == (*models)[named].name) continue;
    models->push_back(Alias((*models)[named], std::move(name)));
  }
}

// Gemini lists "models/gemini-…" and also accepts the name without "models/".
void AddShortName(std::vector<ListedModel>* models) {
  constexpr std::string_view kStart = "models/";
  const ListedModel& named = models->back();
  if (!named.name.starts_with(kStart) || named.name.size() == kStart.size()) return;
  if (models->size() < kParsedMax)
    models->push_back(Alias(named, named.name.substr(kStart.size())));
}

void AddModel(const Json& json, std::vector<ListedModel>* models) {
  ListedModel model;
  model.name = FirstText(json, {"id", "name", "model"});
  if (model.name.empty() || models->size() >= kParsedMax) return;
  model.revision = Revision(json);
  model.owned_by = FirstText(json, {"owned_by", "organization"});
  model.created_s = Number(json, "created");
  model.openai_model = Dump(json);
  models->push_back(std::move(model));
  AddAliases(json, models);
  AddShortName(models);
}

std::vector<ListedModel> ModelsIn(const Json& list) {
  std::vector<ListedModel> models;
  const bool plain_names = !list.empty() && list.front().is_string();
  for (const Json& json : list) {
    if (plain_names && json.is_string()) {
      AddModel({{"id", json}}, &models);
    } else {
      AddModel(json, &models);
    }
  }
  return models;
}

// The list in a page of either API, possibly null (Ollama without models); nullptr: there is none.
const Json* ListIn(const Json& page) {
  if (page.is_array()) return &page;
  const Json* data = Member(page, "data");
  if (data != nullptr && (data->is_array() || (data->is_null() && Text(page, "object") == "list")))
    return data;
  const Json* models = Member(page, "models");
  return models != nullptr && (models->is_array() || models->is_null()) ? models : nullptr;
}

// "object":"model" distinguishes a bare array of models from an app's own array.
bool IsOpenAiList(const Json& page) {
  if (page.is_array()) {
    return !page.empty() && !Text(page.front(), "id").empty() &&
           Text(page.front(), "object") == "model";
  }
  const Json* list = ListIn(page);
  return list != nullptr && list == Member(page, "data");
}

}  // namespace

std::optional<std::vector<ListedModel>> ParseOpenAiModels(std::string_view body) {
  const Json page = ParsePage(body);
  if (!IsOpenAiList(page)) return std::nullopt;
  return ModelsIn(*ListIn(page));
}

std::optional<std::vector<ListedModel>> ParseModelList(std::string_view body) {
  const Json page = ParsePage(body);
  const Json* list = ListIn(page);
  if (list == nullptr) return std::nullopt;
  std::vector<ListedModel> models = ModelsIn(*list);
  // Items without a name are not models.
  if (models.empty() && !list->empty()) return std::nullopt;
  return models;
}

std::string NextPage(std::string_view body) {
  const auto has = [body](std::string_view word) { return body.find(word) != body.npos; };
  if (!has("has_more") && !has("next_page") && !has("nextPage")) return {};  // avoids parsing
  const Json page = ParsePage(body);
  const Json* more = Member(page, "has_more");
  if (more != nullptr && more->is_boolean() && more->get<bool>()) {
    // OpenAI's lists say what they are, Anthropic's do not.
    const char* name = Text(page, "object") == "list" ? "after=" : "after_id=";
    std::string last = Text(page, "last_id");
    const Json* list = ListIn(page);
    if (last.empty() && list != nullptr && !list->empty()) last = Text(list->back(), "id");
    if (!last.empty()) return name + base::PercentEncode(last);
  }
  constexpr const char* kTokens[][2] = {
      {"nextPageToken", "pageToken="}, {"next_page_token", "page_token="}, {"next_page", "page="}};
  for (const auto& [member, parameter] : kTokens) {
    const std::string token = Text(page, member);
    if (!token.empty()) return parameter + base::PercentEncode(token);
  }
  return {};
}

bool IsLlamaCppPythonList(std::string_view body) {
  if (body.find("\"permissions\"") == std::string_view::npos) return false;  // avoids parsing
  const Json page = ParsePage(body);
  const Json* data = Member(page, "data");
  if (data == nullptr || !data->is_array() || data->empty()) return false;
  return Text(data->front(), "owned_by") == "me" && Member(data->front(), "permissions") != nullptr;
}

std::optional<std::vector<ListedModel>> ParseOllamaModels(std::string_view body, bool running) {
  const Json page = ParsePage(body);
  const Json* list = Member(page, "models");
  if (list == nullptr || (!list->is_array() && !list->is_null())) return std::nullopt;
  std::vector<ListedModel> models;
  for (const Json& json : *list) {
    ListedModel model;
    model.name = FirstText(json, {"name", "model"});
    if (model.name.empty() || models.size() >= kParsedMax) continue;
    model.revision = Text(json, "digest");
    (running ? model.ollama_ps : model.ollama_tag) = Dump(json);
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace banto::health
