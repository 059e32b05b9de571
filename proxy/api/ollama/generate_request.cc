#include "proxy/api/ollama/generate_request.h"

#include <optional>
#include <utility>

#include "proxy/api/ollama/only_text.h"
#include "proxy/api/ollama/option_names.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

// As they were sent; empty: absent, null or of another type.
struct Asked {
  RawJson prompt, system, suffix, images;
  bool raw = false;
};

void ReadOwn(std::string_view name, RawJson value, Asked* asked, NeutralRequest* request) {
  const std::pair<std::string_view, RawJson*> kTexts[] = {
      {"prompt", &asked->prompt}, {"system", &asked->system}, {"suffix", &asked->suffix}};
  for (const auto& [its, member] : kTexts) {
    if (its != name) continue;
    if (value.starts_with('"')) {
      *member = value;
    } else if (value != "null") {
      AddDropped(std::string(name), &request->dropped);
    }
    return;
  }
  if (name == "images") {
    asked->images = value;
  } else if (name == "raw" && (value == "true" || value == "false")) {
    asked->raw = value == "true";
  } else {
    ReadMember(name, value, request);
  }
}

void AddMessage(Role role, RawJson text, RawJson images, NeutralRequest* request) {
  Message& message = request->messages.emplace_back();
  message.role = role;
  if (!images.empty()) ReadImages(images, "images", request, &message.parts);
  const JsonText inside = TextOf(text).value_or(JsonText());
  if (!inside.empty()) message.parts.emplace_back().text = inside;
}

}  // namespace

CannotCarry ReadGenerateRequest(std::string_view body, NeutralRequest* request) {
  request->stream = true;
  request->include_usage = true;  // its last line tells it
  Asked asked;
  JsonCursor json(body);
  std::string_view name;
  if (!json.EnterObject()) return std::nullopt;
  while (json.NextMember(&name)) ReadOwn(name, json.Skip(), &asked, request);
  if (!json.Finish()) return kTooDeep;
  if (asked.raw || json::HasSubstance(asked.suffix)) {
    request->prompt = asked.prompt.empty() ? "\"\"" : asked.prompt;
    if (json::HasSubstance(asked.suffix))
      TakeSetting(kGenerateMembers, "suffix", asked.suffix, &request->settings);
    if (json::HasSubstance(asked.system)) AddDropped("system", &request->dropped);
    if (json::HasSubstance(asked.images)) AddDropped("images", &request->dropped);
    return std::nullopt;
  }
  if (json::HasSubstance(asked.system)) AddMessage(Role::kSystem, asked.system, {}, request);
  AddMessage(Role::kUser, asked.prompt, asked.images, request);
  return std::nullopt;
}

WrittenRequest WriteGenerateRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  const std::optional<RawJson> prompt = OnlyText(request.prompt);
  if (request.prompt.empty() && !request.messages.empty()) {
    written.refused = "A conversation cannot be translated into a bare prompt.";
    return written;
  }
  if (!prompt) {
    written.refused =
        "The model is served by an Ollama, which takes one prompt a request, as a string: a list "
        "of prompts or of token ids in `prompt` cannot be translated.";
    return written;
  }
  written.body = OpenRequest(worker).append(R"(,"prompt":)").append(*prompt);
  // Between a prompt and a suffix only the model's own template can set its marks; any other prompt
  // goes to it as it is.
  if (SettingOf(request.settings, Setting::kSuffix).empty()) written.body.append(R"(,"raw":true)");
  CloseRequest(request, worker, Members::kGenerate, &written);
  return written;
}

}  // namespace banto::api::ollama
