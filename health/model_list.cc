#include "health/model_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace banto::health {
namespace {

using Json = nlohmann::ordered_json;  // listings hand the objects on: their members keep the order

constexpr int kDepthMax = 32;
constexpr size_t kModelsMax = 10'000;

// Deep JSON costs nlohmann quadratic time, and its copies and dumps recurse.
bool TooDeep(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[') && ++depth > kDepthMax) {
      return true;
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return false;
}

// An object, or null.
Json ParseObject(std::string_view body) {
  if (TooDeep(body)) return nullptr;
  Json json = Json::parse(body.begin(), body.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) json = nullptr;
  return json;
}

const Json* Member(const Json& object, const char* name) {
  const auto it = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && it != object.end() ? &*it : nullptr;
}

std::string Text(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

int64_t Number(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<int64_t>() : 0;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// vLLM and SGLang name what they loaded ("root"); llama.cpp tells the size and make of the file.
std::string Revision(const Json& model) {
  std::string revision = Text(model, "root");
  const Json* meta = Member(model, "meta");
  if (revision.empty() && meta != nullptr && meta->is_object()) {
    revision = Text(*meta, "ftype") + " " + std::to_string(Number(*meta, "n_params")) + " " +
               std::to_string(Number(*meta, "size"));
  }
  return revision;
}

// llama.cpp answers to each alias as to the name itself.
void AddAliases(const Json& json, std::vector<ListedModel>* models) {
  const Json* aliases = Member(json, "aliases");
  if (aliases == nullptr || !aliases->is_array()) return;
  const ListedModel named = models->back();
  for (const Json& alias : *aliases) {
    if (!alias.is_string() || alias.get<std::string>().empty()) continue;
    ListedModel other = named;
    other.name = alias.get<std::string>();
    other.openai_model.clear();
    if (other.name != named.name && models->size() < kModelsMax)
      models->push_back(std::move(other));
  }
}

ListedModel& ModelNamed(const std::string& name, EngineFacts* facts) {
  const auto it = std::find_if(facts->models.begin(), facts->models.end(),
                               [&](const ListedModel& m) { return m.name == name; });
  if (it != facts->models.end()) return *it;
  facts->models.emplace_back().name = name;
  return facts->models.back();
}

void Merge(std::vector<ListedModel> list, EngineFacts* facts) {
  facts->models_known = true;
  for (ListedModel& from : list) {
    ListedModel& to = ModelNamed(from.name, facts);
    if (to.revision.empty()) to.revision = std::move(from.revision);
    if (!from.owned_by.empty()) to.owned_by = std::move(from.owned_by);
    if (from.created_s != 0) to.created_s = from.created_s;
    if (!from.openai_model.empty()) to.openai_model = std::move(from.openai_model);
    if (!from.ollama_tag.empty()) to.ollama_tag = std::move(from.ollama_tag);
    if (!from.ollama_ps.empty()) to.ollama_ps = std::move(from.ollama_ps);
  }
}

// What the engine says of the one thing that it has loaded belongs to all the names that it listens
// to.
void AddRevision(const std::string& more, EngineFacts* facts) {
  if (more.empty()) return;
  for (ListedModel& model : facts->models) {
    model.revision += (model.revision.empty() ? "" : " ") + more;
  }
}

bool ReadInfo(std::string_view body, EngineFacts* facts) {
  const std::optional<InfoPage> info = ParseInfo(body);
  if (!info) return false;
  facts->version = info->version;
  facts->models_known = true;
  ModelNamed(info->model, facts).revision = info->revision;
  return true;
}

bool ReadProps(std::string_view body, EngineFacts* facts) {
  const std::optional<PropsPage> props = ParseProps(body);
  if (!props) return false;
  facts->slots = props->slots;
  facts->version = props->version;
  AddRevision(props->model_path, facts);
  return true;
}

}  // namespace

std::optional<std::vector<ListedModel>> ParseOpenAiModels(std::string_view body) {
  const Json page = ParseObject(body);
  const Json* data = Member(page, "data");
  if (data == nullptr || (!data->is_array() && !data->is_null())) return std::nullopt;
  if (data->is_null() && Text(page, "object") != "list") return std::nullopt;
  std::vector<ListedModel> models;
  for (const Json& json : *data) {
    ListedModel model;
    model.name = Text(json, "id");
    if (model.name.empty() || models.size() >= kModelsMax) continue;
    model.revision = Revision(json);
    model.owned_by = Text(json, "owned_by");
    model.created_s = Number(json, "created");
    model.openai_model = Dump(json);
    models.push_back(std::move(model));
    AddAliases(json, &models);
  }
  return models;
}

bool IsLlamaCppPythonList(std::string_view body) {
  const Json page = ParseObject(body);
  const Json* data = Member(page, "data");
  if (data == nullptr || !data->is_array() || data->empty()) return false;
  return Text(data->front(), "owned_by") == "me" && Member(data->front(), "permissions") != nullptr;
}

std::optional<std::vector<ListedModel>> ParseOllamaModels(std::string_view body, bool running) {
  const Json page = ParseObject(body);
  const Json* list = Member(page, "models");
  if (list == nullptr || (!list->is_array() && !list->is_null())) return std::nullopt;
  std::vector<ListedModel> models;
  for (const Json& json : *list) {
    ListedModel model;
    model.name = Text(json, "name");
    if (model.name.empty() || models.size() >= kModelsMax) continue;
    model.revision = Text(json, "digest");
    (running ? model.ollama_ps : model.ollama_tag) = Dump(json);
    models.push_back(std::move(model));
  }
  return models;
}

std::optional<InfoPage> ParseInfo(std::string_view body) {
  const Json page = ParseObject(body);
  InfoPage info;
  info.model = Text(page, "model_id");
  if (info.model.empty()) return std::nullopt;
  const Json* type = Member(page, "model_type");
  if (type != nullptr && type->is_object()) {
    info.kind = conf::WorkerKind::kTei;
  } else if (Member(page, "router") == nullptr && Member(page, "max_total_tokens") == nullptr) {
    return std::nullopt;
  }
  info.revision = Text(page, "model_sha");
  info.version = Text(page, "version");
  return info;
}

std::optional<PropsPage> ParseProps(std::string_view body) {
  const Json page = ParseObject(body);
  if (Member(page, "total_slots") == nullptr) return std::nullopt;
  PropsPage props;
  props.slots = static_cast<int>(std::clamp<int64_t>(Number(page, "total_slots"), 0, 1 << 16));
  props.model_path = Text(page, "model_path");
  props.version = Text(page, "build_info");
  return props;
}

std::optional<SglangPage> ParseSglangInfo(std::string_view body) {
  const Json page = ParseObject(body);
  if (Text(page, "model_path").empty()) return std::nullopt;
  return SglangPage{Text(page, "model_path"), Text(page, "weight_version")};
}

std::optional<std::string> ParseVersion(std::string_view body) {
  const Json page = ParseObject(body);
  const Json* version = Member(page, "version");
  if (version == nullptr || !version->is_string()) return std::nullopt;
  return version->get<std::string>();
}

bool IsApiError(std::string_view body) { return Member(ParseObject(body), "error") != nullptr; }

bool ReadFacts(std::string_view path, std::string_view body, EngineFacts* facts) {
  if (path == "/info") return ReadInfo(body, facts);
  if (path == "/props") return ReadProps(body, facts);
  if (path == "/get_model_info") {
    const std::optional<SglangPage> page = ParseSglangInfo(body);
    if (page) AddRevision(page->weight_version, facts);
    return page.has_value();
  }
  if (path == "/version" || path == "/api/version") {
    const std::optional<std::string> version = ParseVersion(body);
    if (version) facts->version = *version;
    return version.has_value();
  }
  auto list =
      path == "/v1/models" ? ParseOpenAiModels(body) : ParseOllamaModels(body, path == "/api/ps");
  if (list) Merge(std::move(*list), facts);
  return list.has_value();
}

}  // namespace banto::health
