#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/responses_request.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

// Members that lean on what the server of this API keeps.
CannotCarry DemandsState(std::string_view name, RawJson value) {
  for (const std::string_view kept : {"previous_response_id", "conversation", "prompt"}) {
    if (name == kept && json::HasSubstance(value)) {
      return "`" + std::string(name) +
             "` refers to what a server of the Responses API has stored, which a translation "
             "cannot "
             "reach: send the whole conversation in `input`.";
    }
  }
  if (name == "background" && value == "true") {
    return "`background` needs a server that keeps the response, and a translation reaches none.";
  }
  return std::nullopt;
}

void WantLogprobs(std::string_view name, NeutralRequest* request) {
  if (SettingOf(request->settings, Setting::kLogprobs).empty())
    request->settings.push_back({Setting::kLogprobs, name, "true"});
}

// Absent it means true at OpenAI, but only a client that says so counts on it.
void ReadStore(RawJson value, NeutralRequest* request) {
  if (value != "false") AddDropped("store", &request->dropped);
}

void ReadTruncation(RawJson value, NeutralRequest* request) {
  if (Says(value, "disabled")) return;
  if (!Says(value, "auto")) return AddDropped("truncation", &request->dropped);
  request->settings.push_back({Setting::kTruncate, "truncation", "true"});
}

void ReadServiceTier(RawJson value, NeutralRequest* request) {
  if (Says(value, "auto") || Says(value, "default")) return;
  request->settings.push_back({Setting::kServiceTier, "service_tier", value});
}

void ReadTopLogprobs(RawJson value, NeutralRequest* request) {
  if (value == "0") return;
  request->settings.push_back({Setting::kTopLogprobs, "top_logprobs", value});
  WantLogprobs("top_logprobs", request);
}

void ReadInclude(RawJson value, NeutralRequest* request) {
  json::JsonCursor json(value);
  if (!json.EnterArray()) return AddDropped("include", &request->dropped);
  while (json.NextElement()) {
    const RawJson wish = json.Skip();
    if (Says(wish, "message.output_text.logprobs")) {
      WantLogprobs("include[message.output_text.logprobs]", request);
    } else {
      AddDropped("include[" + Plain(json::Unquoted(wish)) + "]", &request->dropped);
    }
  }
}

void ReadFormat(RawJson value, NeutralRequest* request) {
  RawJson type, name, description, schema, strict;
  ReadMembers(value, {{"type", &type},
                      {"name", &name},
                      {"description", &description},
                      {"schema", &schema},
                      {"strict", &strict}});
  if (!description.empty() && !TextOf(description))
    AddDropped("text.format.description", &request->dropped);
  if (!strict.empty() && strict != "true" && strict != "false")
    AddDropped("text.format.strict", &request->dropped);
  AnswerFormat& format = request->format;
  if (Says(type, "text")) {
    format.kind = AnswerFormat::Kind::kText;
  } else if (Says(type, "json_object")) {
    format.kind = AnswerFormat::Kind::kJsonObject;
  } else if (Says(type, "json_schema") && schema.starts_with('{')) {
    format.kind = AnswerFormat::Kind::kJsonSchema;
    format.name = TextIn(name);
    format.description = TextIn(description);
    format.schema = schema;
    if (strict == "true" || strict == "false") format.strict = strict;
  } else {
    AddDropped("text.format", &request->dropped);
  }
}

void ReadText(RawJson value, NeutralRequest* request) {
  RawJson format, verbosity;
  if (!ReadMembers(value, {{"format", &format}, {"verbosity", &verbosity}}))
    return AddDropped("text", &request->dropped);
  if (!format.empty()) ReadFormat(format, request);
  if (!verbosity.empty())
    request->settings.push_back({Setting::kVerbosity, "text.verbosity", verbosity});
}

void ReadReasoning(RawJson value, NeutralRequest* request) {
  json::JsonCursor json(value);
  if (!json.EnterObject()) return AddDropped("reasoning", &request->dropped);
  for (std::string_view key; json.NextMember(&key);) {
    const RawJson member = json.Skip();
    if (member == "null") continue;
    if (const auto effort = TextOf(member); key == "effort" && effort) {
      const bool off = *effort == "none";
      request->reasoning.kind = off ? ReasoningWish::Kind::kOff : ReasoningWish::Kind::kOn;
      if (!off) request->reasoning.effort = *effort;
    } else {
      AddDropped("reasoning." + std::string(key), &request->dropped);
    }
  }
}

struct MemberRow {
  std::string_view name;
  void (*read)(RawJson value, NeutralRequest* request);
};
constexpr MemberRow kRows[] = {
    {"tools", ReadTools},
    {"text", ReadText},
    {"reasoning", ReadReasoning},
    {"include", ReadInclude},
    {"store", ReadStore},
    {"truncation", ReadTruncation},
    {"service_tier", ReadServiceTier},
    {"top_logprobs", ReadTopLogprobs},
};

void TakeMember(std::string_view name, RawJson value, NeutralRequest* request) {
  for (const MemberRow& row : kRows) {
    if (row.name == name) return row.read(value, request);
  }
  if (TakeCommon(name, value, request)) return;
  if (!TakeSetting(kResponsesSettings, name, value, &request->settings) && value != "false")
    AddDropped(std::string(name), &request->dropped);
}

}  // namespace

CannotCarry ReadResponsesRequest(std::string_view body, NeutralRequest* request) {
  // Read when the others have been, whatever their place.
  RawJson instructions, input, tool_choice;
  json::JsonCursor json(body);
  if (!json.EnterObject()) return kNoObject;
  for (std::string_view key; json.NextMember(&key);) {
    const RawJson value = json.Skip();
    if (value == "null") continue;
    if (CannotCarry refused = DemandsState(key, value)) return refused;
    RawJson* const later = key == "instructions"  ? &instructions
                           : key == "input"       ? &input
                           : key == "tool_choice" ? &tool_choice
                                                  : nullptr;
    if (later != nullptr) {
      *later = value;
    } else {
      TakeMember(key, value, request);
    }
  }
  if (!json.Finish()) return kTooDeep;
  request->include_usage = true;  // its streams always end with it
  if (const auto text = TextOf(instructions)) {
    Message& message = request->messages.emplace_back();
    message.role = Role::kSystem;
    message.parts.emplace_back().text = *text;
  } else if (!instructions.empty()) {
    AddDropped("instructions", &request->dropped);
  }
  if (!input.empty()) ReadInput(input, request);
  return tool_choice.empty() ? std::nullopt : ReadToolChoice(tool_choice, request);
}

}  // namespace banto::api::openai
