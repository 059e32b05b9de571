// Writing of request_members.h.
#include <algorithm>

#include "proxy/api/ollama/option_names.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

std::span<const SettingName> MembersOf(Members members) {
  switch (members) {
    case Members::kGenerate:
      return kGenerateMembers;
    case Members::kEmbed:
      return kEmbedMembers;
    case Members::kChat:
      break;
  }
  return kChatMembers;
}

const SettingName* Find(std::span<const SettingName> table, Setting setting) {
  const auto row = std::find_if(table.begin(), table.end(), [setting](const SettingName& name) {
    return name.setting == setting;
  });
  return row == table.end() ? nullptr : &*row;
}

// Whether it asks for nothing that an Ollama does not do anyway.
bool IsDefault(const SettingValue& value) {
  if (value.setting == Setting::kChoices) return value.value == "1";
  if (value.setting == Setting::kParallelToolCalls) return value.value == "true";
  return value.value == "false";
}

void AppendFormat(const AnswerFormat& format, std::string* json) {
  if (format.kind == AnswerFormat::Kind::kJsonSchema && !format.schema.empty()) {
    json->append(R"(,"format":)").append(format.schema);
  } else if (format.kind == AnswerFormat::Kind::kJsonObject ||
             format.kind == AnswerFormat::Kind::kJsonSchema) {
    json->append(R"(,"format":"json")");
  }
}

// Only these take more than yes and no: 'think value "high" is not supported for this model'.
bool HasEfforts(std::string_view model) {
  const std::string name = base::Lowered(model);
  return name.find("gpt-oss") != name.npos || name.find("gptoss") != name.npos;
}

// The nearest of the three that Ollama knows.
std::string_view NearestEffort(JsonText effort) {
  if (effort == "low" || effort == "minimal") return R"("low")";
  return effort == "medium" ? R"("medium")" : R"("high")";
}

// Ollama refuses a wish that the model cannot fulfil (server/routes.go), and models that can think
// do so unasked: a wish that leaves it to the model is not said.
void AppendThink(const ReasoningWish& wish, std::string_view model, WrittenRequest* written) {
  if (wish.kind == ReasoningWish::Kind::kUnset || wish.adaptive) {
    if (!wish.effort.empty()) AddDropped("output_config.effort", &written->dropped);
    return;
  }
  std::string& json = written->body;
  json.append(R"(,"think":)");
  if (wish.kind == ReasoningWish::Kind::kOff) {
    json.append("false");
    return;
  }
  if (wish.effort.empty() || !HasEfforts(model)) {
    json.append("true");
    if (!wish.effort.empty()) AddDropped("reasoning_effort", &written->dropped);
  } else {
    json.append(NearestEffort(wish.effort));
  }
  if (!wish.budget.empty()) AddDropped("thinking.budget_tokens", &written->dropped);
}

void AppendStop(const std::vector<JsonText>& stop, std::string* options) {
  if (stop.empty()) return;
  options->append(R"(,"stop":[)");
  for (size_t i = 0; i < stop.size(); ++i) {
    if (i > 0) options->append(",");
    AppendQuoted(stop[i], options);
  }
  options->append("]");
}

void AppendAllSettings(const NeutralRequest& request, Members members, WrittenRequest* written) {
  std::string options;
  for (const SettingValue& value : request.settings) {
    if (const SettingName* const row = Find(kOptions, value.setting)) {
      options.append(",\"").append(row->name.substr(kOptionsPrefix.size()));
      options.append("\":").append(value.value);
    } else if (const SettingName* const member = Find(MembersOf(members), value.setting)) {
      written->body.append(",\"").append(member->name).append("\":").append(value.value);
    } else if (!IsDefault(value)) {
      AddDropped(std::string(value.name), &written->dropped);
    }
  }
  // OpenAI's completions ask for both by one number.
  if (members != Members::kEmbed && SettingOf(request.settings, Setting::kLogprobs).empty() &&
      !SettingOf(request.settings, Setting::kTopLogprobs).empty())
    written->body.append(R"(,"logprobs":true)");
  AppendStop(request.stop, &options);
  if (options.empty()) return;
  options[0] = '{';
  written->body.append(R"(,"options":)").append(options).append("}");
}

}  // namespace

std::string OpenRequest(const WorkerForm& worker) {
  std::string body = R"({"model":)";
  json::AppendJsonString(worker.model, &body);
  return body;
}

void CloseRequest(const NeutralRequest& request, const WorkerForm& worker, Members members,
                  WrittenRequest* written) {
  if (members != Members::kEmbed) {
    written->body.append(request.stream ? R"(,"stream":true)" : R"(,"stream":false)");
    AppendFormat(request.format, &written->body);
    AppendThink(request.reasoning, worker.model, written);
  }
  AppendAllSettings(request, members, written);
  written->body.append("}");
}

}  // namespace banto::api::ollama
