#include "health/engine_pages.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "health/json_page.h"
#include "health/model_list.h"

namespace banto::health {
namespace {

// Indexes the models of the facts by name, so that a list costs linear rather than quadratic time.
class ModelsByName {
 public:
  explicit ModelsByName(std::vector<ListedModel>* models) : models_(models) {
    for (size_t i = 0; i < models_->size(); ++i) places_.emplace((*models_)[i].name, i);
  }

  // Finds or creates the model of this name; nullptr: kModelsMax is reached.
  ListedModel* Get(const std::string& name) {
    const auto found = places_.find(name);
    if (found != places_.end()) return &(*models_)[found->second];
    if (models_->size() >= kModelsMax) return nullptr;
    places_.emplace(name, models_->size());
    models_->emplace_back().name = name;
    return &models_->back();
  }

 private:
  std::vector<ListedModel>* models_;
  std::unordered_map<std::string, size_t> places_;
};

// A name with unreadable parts cannot be requested.
bool IsReadable(std::string_view name) {
  return name.find(kUnreadableMark) == std::string_view::npos;
}

void Merge(std::vector<ListedModel> list, EngineFacts* facts) {
  facts->models_known = true;
  ModelsByName models(&facts->models);
  for (ListedModel& from : list) {
    if (!IsReadable(from.name)) {
      facts->models_unreadable = true;
      continue;
    }
    ListedModel* const to = models.Get(from.name);
    if (to == nullptr) {
      facts->models_cut = true;
      continue;
    }
    if (to->revision.empty()) to->revision = std::move(from.revision);
    if (!from.owned_by.empty()) to->owned_by = std::move(from.owned_by);
    if (from.created_s != 0) to->created_s = from.created_s;
    if (!from.openai_model.empty()) to->openai_model = std::move(from.openai_model);
    if (!from.ollama_tag.empty()) to->ollama_tag = std::move(from.ollama_tag);
    if (!from.ollama_ps.empty()) to->ollama_ps = std::move(from.ollama_ps);
  }
}

// What the engine reports about its only loaded model applies to all of the model's names.
void AddRevision(std::string more, EngineFacts* facts) {
  if (more.empty()) return;
  more.resize(std::min(more.size(), kRevisionBytesMax));
  for (ListedModel& model : facts->models) {
    model.revision += (model.revision.empty() ? "" : " ") + more;
  }
}

bool ReadInfo(std::string_view body, EngineFacts* facts) {
  const std::optional<InfoPage> info = ParseInfo(body);
  if (!info) return false;
  facts->version = info->version;
  facts->task = info->task;
  facts->models_known = true;
  ListedModel* const model = ModelsByName(&facts->models).Get(info->model);
  if (model != nullptr) model->revision = info->revision;
  return true;
}

bool ReadProps(std::string_view body, EngineFacts* facts) {
  const std::optional<PropsPage> props = ParseProps(body);
  if (!props) return false;
  facts->slots = props->slots;
  facts->slot_tokens = props->slot_tokens;
  facts->version = props->version;
  AddRevision(props->model_path, facts);
  return true;
}

}  // namespace

std::optional<InfoPage> ParseInfo(std::string_view body) {
  const Json page = ParsePage(body);
  InfoPage info;
  info.model = Text(page, "model_id");
  if (info.model.empty()) return std::nullopt;
  const Json* type = Member(page, "model_type");
  if (type != nullptr && type->is_object()) {
    info.is_tei = true;
    if (!type->empty()) info.task = type->begin().key();
  } else if (Member(page, "router") == nullptr && Member(page, "max_total_tokens") == nullptr) {
    return std::nullopt;
  }
  info.revision = Text(page, "model_sha");
  info.version = Text(page, "version");
  return info;
}

std::optional<PropsPage> ParseProps(std::string_view body) {
  const Json page = ParsePage(body);
  if (Member(page, "total_slots") == nullptr) return std::nullopt;
  PropsPage props;
  props.slots = static_cast<int>(std::clamp<int64_t>(Number(page, "total_slots"), 0, 1 << 16));
  if (const Json* const settings = Member(page, "default_generation_settings"))
    props.slot_tokens = std::clamp<int64_t>(Number(*settings, "n_ctx"), 0, 1 << 24);
  props.model_path = Text(page, "model_path");
  props.version = Text(page, "build_info");
  return props;
}

std::optional<SglangPage> ParseSglangInfo(std::string_view body) {
  const Json page = ParsePage(body);
  if (Text(page, "model_path").empty()) return std::nullopt;
  return SglangPage{Text(page, "model_path"), Text(page, "weight_version")};
}

std::optional<std::string> ParseVersion(std::string_view body) {
  const Json page = ParsePage(body);
  const Json* version = Member(page, "version");
  if (version == nullptr || !version->is_string()) return std::nullopt;
  return version->get<std::string>();
}

bool IsApiError(std::string_view body) { return Member(ParsePage(body), "error") != nullptr; }

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
      path == "/v1/models" ? ParseModelList(body) : ParseOllamaModels(body, path == "/api/ps");
  if (list) Merge(std::move(*list), facts);
  return list.has_value();
}

}  // namespace banto::health
