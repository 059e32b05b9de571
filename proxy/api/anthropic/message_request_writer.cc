#include <algorithm>
#include <string>

#include "proxy/api/anthropic/message_request.h"
#include "proxy/api/missing_tool.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::anthropic {
namespace {

// The API demands a limit. Of a request that sets none, the answer may take this much beside its
// reasoning.
constexpr int64_t kAnswerTokens = 4096;

constexpr SettingName kNames[] = {
    {Setting::kTemperature, "temperature"},
    {Setting::kTopP, "top_p"},
    {Setting::kTopK, "top_k"},
};

// What is written elsewhere than among the settings, or asks for what is done anyway.
bool IsSettled(const SettingValue& value) {
  switch (value.setting) {
    case Setting::kMaxTokens:
    case Setting::kParallelToolCalls:
    case Setting::kUser:
      return true;
    case Setting::kChoices:
      return value.value == "1";
    case Setting::kPresencePenalty:
    case Setting::kFrequencyPenalty:
      return value.value == "0" || value.value == "0.0";
    default:
      return value.value == "false";
  }
}

// Anthropic's own API: its newest models refuse them, and its SDK cannot say them any more.
bool IsRefused(const SettingValue& value, Engines engines) {
  const bool sampling = std::any_of(std::begin(kNames), std::end(kNames), [&](const auto& name) {
    return name.setting == value.setting;
  });
  return sampling && (engines & engine::kAnthropic) != 0;
}

void AppendOtherSettings(const NeutralRequest& request, Engines engines, WrittenRequest* written) {
  SettingValues others;
  std::copy_if(request.settings.begin(), request.settings.end(), std::back_inserter(others),
               [](const SettingValue& value) { return !IsSettled(value); });
  std::erase_if(others, [&](const SettingValue& value) {
    if (!IsRefused(value, engines)) return false;
    AddDropped(std::string(value.name), &written->dropped);
    return true;
  });
  AppendSettings(others, kNames, engines, &written->body, &written->dropped);
}

// How many tokens a model may think, by the efforts of the APIs that know no number.
int64_t BudgetOf(const ReasoningWish& wish) {
  if (const int64_t budget = json::IntegerOr(wish.budget, 0); budget > 0) return budget;
  if (wish.effort == "minimal" || wish.effort == "low") return 1024;
  return wish.effort == "high" ? 16384 : 4096;
}

// The limit and the reasoning's part of it, which must be less and at least 1024.
void AppendLimits(const NeutralRequest& request, WrittenRequest* written) {
  constexpr int64_t kBudgetMin = 1024;
  using Kind = ReasoningWish::Kind;
  int64_t limit = json::IntegerOr(SettingOf(request.settings, Setting::kMaxTokens), 0);
  int64_t budget = 0;
  if (request.reasoning.kind == Kind::kOn) {
    budget = std::max(BudgetOf(request.reasoning), kBudgetMin);
    if (limit > 0) budget = std::min(budget, limit - 1);
    if (budget < kBudgetMin) {
      budget = 0;
      AddDropped("reasoning", &written->dropped);
    }
  }
  constexpr int64_t kLimitMax = int64_t{1} << 40;
  if (limit <= 0) limit = std::min(budget, kLimitMax) + kAnswerTokens;
  std::string* const json = &written->body;
  json->append(",\"max_tokens\":").append(std::to_string(limit));
  if (budget > 0) {
    json->append(R"(,"thinking":{"type":"enabled","budget_tokens":)");
    json->append(std::to_string(budget)).append("}");
  } else if (request.reasoning.kind == Kind::kOff) {
    json->append(R"(,"thinking":{"type":"disabled"})");
  }
}

void AppendOutputConfig(const NeutralRequest& request, WrittenRequest* written) {
  const AnswerFormat& format = request.format;
  const ReasoningWish& wish = request.reasoning;
  const bool has_schema =
      format.kind == AnswerFormat::Kind::kJsonSchema && format.schema.starts_with('{');
  // It has no "any JSON object".
  if (format.kind == AnswerFormat::Kind::kJsonObject ||
      (format.kind == AnswerFormat::Kind::kJsonSchema && !has_schema)) {
    AddDropped("response_format", &written->dropped);
  }
  const bool has_effort = wish.kind == ReasoningWish::Kind::kUnset && !wish.effort.empty();
  if (!has_schema && !has_effort) return;
  std::string* const json = &written->body;
  json->append(R"(,"output_config":{)");
  if (has_effort) {
    json->append(R"("effort":)");
    AppendQuoted(wish.effort == "minimal" ? JsonText("low") : wish.effort, json);
  }
  if (has_schema) {
    if (has_effort) json->append(",");
    json->append(R"("format":{"type":"json_schema","schema":)").append(format.schema).append("}");
  }
  json->append("}");
}

void AppendStops(const NeutralRequest& request, std::string* json) {
  if (request.stop.empty()) return;
  json->append(R"(,"stop_sequences":)");
  char before = '[';
  for (const JsonText stop : request.stop) {
    json->push_back(before);
    AppendQuoted(stop, json);
    before = ',';
  }
  json->append("]");
}

void AppendUser(const NeutralRequest& request, std::string* json) {
  const RawJson user = SettingOf(request.settings, Setting::kUser);
  if (TextOf(user)) json->append(R"(,"metadata":{"user_id":)").append(user).append("}");
}

void Begin(const NeutralRequest& request, const WorkerForm& worker, WrittenRequest* written) {
  std::string* const json = &written->body;
  json->append(R"({"model":")");
  AppendEscaped(worker.model, json);
  json->append("\"");
  AppendConversation(request, worker.engines, json, &written->dropped);
  AppendTools(request, json);
}

}  // namespace

WrittenRequest WriteRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  written.refused = MissingTool(request);
  if (request.messages.empty() && !request.prompt.empty())
    written.refused = "A bare prompt cannot be translated into a conversation.";
  if (written.refused) return written;
  Begin(request, worker, &written);
  AppendLimits(request, &written);
  AppendOutputConfig(request, &written);
  AppendStops(request, &written.body);
  AppendUser(request, &written.body);
  AppendOtherSettings(request, worker.engines, &written);
  if (request.stream) written.body.append(R"(,"stream":true)");
  written.body.append("}");
  return written;
}

WrittenRequest WriteCountRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  Begin(request, worker, &written);
  written.body.append("}");
  return written;
}

}  // namespace banto::api::anthropic
