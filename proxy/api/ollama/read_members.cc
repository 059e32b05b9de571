// Reading of request_members.h.
#include <algorithm>
#include <optional>

#include "proxy/api/ollama/option_names.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

bool IsNumber(RawJson value) {
  return !value.empty() && (value[0] == '-' || (value[0] >= '0' && value[0] <= '9'));
}

// No limit at all: -1 is endless, -2 fills the context (api/types.go). Others have a limit of their
// own where none is named.
bool IsEndless(Setting setting, RawJson value) {
  return setting == Setting::kMaxTokens && json::IntegerOr(value, 1) <= 0;
}

// "At random", as it is where none is named.
bool IsNoSeed(Setting setting, RawJson value) {
  return setting == Setting::kSeed && value[0] == '-';
}

void ReadStop(RawJson value, NeutralRequest* request) {
  const std::optional<JsonText> one = TextOf(value);
  if (one) {
    if (!one->empty()) request->stop.push_back(*one);
    return;
  }
  JsonCursor json(value);
  if (!json.EnterArray()) return AddDropped("options.stop", &request->dropped);
  while (json.NextElement()) {
    const std::optional<JsonText> text = TextOf(json.Skip());
    if (text) {
      request->stop.push_back(*text);
    } else {
      AddDropped("options.stop", &request->dropped);
    }
  }
}

void ReadOption(std::string_view name, RawJson value, NeutralRequest* request) {
  if (value == "null") return;
  if (name == "stop") return ReadStop(value, request);
  const auto* const row = std::find_if(
      std::begin(kOptions), std::end(kOptions),
      [name](const SettingName& its) { return its.name.substr(kOptionsPrefix.size()) == name; });
  if (row == std::end(kOptions) || !IsNumber(value) || IsEndless(row->setting, value))
    return AddDropped(std::string(kOptionsPrefix).append(name), &request->dropped);
  if (!IsNoSeed(row->setting, value)) request->settings.push_back({row->setting, row->name, value});
}

void ReadOptions(RawJson options, NeutralRequest* request) {
  JsonCursor json(options);
  std::string_view name;
  if (!json.EnterObject()) return AddDropped("options", &request->dropped);
  while (json.NextMember(&name)) ReadOption(name, json.Skip(), request);
}

// "", "json" or a schema.
void ReadFormat(RawJson value, NeutralRequest* request) {
  AnswerFormat& format = request->format;
  if (value[0] == '{') {
    format.kind = AnswerFormat::Kind::kJsonSchema;
    format.schema = value;
  } else if (value == "\"json\"") {
    format.kind = AnswerFormat::Kind::kJsonObject;
  } else if (value != "\"\"") {
    AddDropped("format", &request->dropped);
  }
}

// true, false or how much.
void ReadThink(RawJson value, NeutralRequest* request) {
  ReasoningWish& wish = request->reasoning;
  const std::optional<JsonText> effort = TextOf(value);
  if (value == "false") {
    wish.kind = ReasoningWish::Kind::kOff;
  } else if (value == "true" || (effort && !effort->empty())) {
    wish.kind = ReasoningWish::Kind::kOn;
    wish.effort = effort.value_or(JsonText());
  } else if (!effort) {
    AddDropped("think", &request->dropped);
  }
}

// Cline (api/transform/ollama-format.ts) sends data URLs, which Ollama itself refuses.
JsonText WithoutDataUrl(JsonText image) {
  constexpr std::string_view kMark = ";base64,";
  const size_t mark = image.starts_with("data:") ? image.find(kMark) : JsonText::npos;
  return mark == JsonText::npos ? image : image.substr(mark + kMark.size());
}

// By the first bytes, as they look in base64. Ollama takes what its image decoder knows, without
// being told what it is.
std::optional<JsonText> MediaTypeOf(JsonText base64) {
  if (base64.starts_with("iVBORw0K")) return "image/png";
  // PHP escapes slashes.
  if (base64.starts_with("/9j/") || base64.starts_with("\\/9j\\/")) return "image/jpeg";
  if (base64.starts_with("R0lGOD")) return "image/gif";
  if (base64.starts_with("UklGR")) return "image/webp";
  return std::nullopt;
}

}  // namespace

void ReadMember(std::string_view name, RawJson value, NeutralRequest* request) {
  if (value == "null") return;
  if (name == "model") {
    request->model = TextOf(value).value_or(JsonText());
  } else if (name == "stream") {
    if (value != "true" && value != "false") AddDropped("stream", &request->dropped);
    request->stream = value != "false";
  } else if (name == "options") {
    ReadOptions(value, request);
  } else if (name == "format") {
    ReadFormat(value, request);
  } else if (name == "think") {
    ReadThink(value, request);
  } else if (name == "keep_alive" || (name == "logprobs" && value == "true") ||
             (name == "top_logprobs" && IsNumber(value))) {
    TakeSetting(kChatMembers, name, value, &request->settings);
  } else if (json::HasSubstance(value)) {
    AddDropped(std::string(name), &request->dropped);
  }
}

void ReadImages(RawJson images, std::string_view where, NeutralRequest* request,
                std::vector<Part>* parts) {
  JsonCursor json(images);
  if (!json.EnterArray()) {
    if (json::HasSubstance(images)) AddDropped(std::string(where), &request->dropped);
    return;
  }
  while (json.NextElement()) {
    const JsonText data = WithoutDataUrl(TextOf(json.Skip()).value_or(JsonText()));
    const std::optional<JsonText> type = MediaTypeOf(data);
    if (!type) {
      AddDropped(std::string(where), &request->dropped);
      continue;
    }
    Part& part = parts->emplace_back();
    part.kind = Part::Kind::kImage;
    part.media_type = *type;
    part.data = data;
  }
}

}  // namespace banto::api::ollama
