#include <string>

#include "proxy/api/anthropic/anthropic.h"
#include "proxy/api/anthropic/message_request.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

constexpr SettingName kNumbers[] = {
    {Setting::kTemperature, "temperature"},
    {Setting::kTopP, "top_p"},
    {Setting::kTopK, "top_k"},
    {Setting::kMaxTokens, "max_tokens"},
};

bool IsNumber(RawJson value) {
  return !value.empty() && (value.front() == '-' || (value.front() >= '0' && value.front() <= '9'));
}

void Drop(std::string name, RawJson value, NeutralRequest* request) {
  if (json::HasSubstance(value)) AddDropped(std::move(name), &request->dropped);
}

void ReadThinking(RawJson thinking, NeutralRequest* request) {
  ReasoningWish& wish = request->reasoning;
  RawJson type;
  EachMember(thinking, [&](std::string_view key, RawJson value) {
    if (key == "type") {
      type = value;
    } else if (key == "budget_tokens" && IsNumber(value)) {
      wish.budget = value;
    } else {
      Drop("thinking." + std::string(key), value, request);
    }
  });
  if (type == R"("disabled")") {
    wish.kind = ReasoningWish::Kind::kOff;
  } else if (type == R"("enabled")" || type == R"("adaptive")") {
    wish.kind = ReasoningWish::Kind::kOn;
    wish.adaptive = type == R"("adaptive")";
  } else {
    Drop("thinking", thinking, request);
  }
}

// `max` and `xhigh` are steps that other APIs do not have.
JsonText EffortOf(JsonText effort) {
  return effort == "max" || effort == "xhigh" ? JsonText("high") : effort;
}

void ReadFormat(std::string_view name, RawJson format, NeutralRequest* request) {
  RawJson type, schema;
  EachMember(format, [&](std::string_view key, RawJson value) {
    if (key == "type") type = value;
    if (key == "schema") schema = value;
  });
  if (type != R"("json_schema")" || !schema.starts_with('{')) {
    Drop(std::string(name), format, request);
    return;
  }
  request->format.kind = AnswerFormat::Kind::kJsonSchema;
  request->format.schema = schema;
}

void ReadOutputConfig(RawJson config, NeutralRequest* request) {
  const bool read = EachMember(config, [&](std::string_view key, RawJson value) {
    const std::string name = "output_config." + std::string(key);
    if (key == "format") {
      ReadFormat(name, value, request);
    } else if (const auto effort = TextOf(value); key == "effort" && effort) {
      request->reasoning.effort = EffortOf(*effort);
    } else {
      Drop(name, value, request);
    }
  });
  if (!read) Drop("output_config", config, request);
}

void ReadMetadata(RawJson metadata, NeutralRequest* request) {
  const bool read = EachMember(metadata, [&](std::string_view key, RawJson value) {
    if (key == "user_id" && TextOf(value)) {
      request->settings.push_back({Setting::kUser, "metadata.user_id", value});
    } else {
      Drop("metadata." + std::string(key), value, request);
    }
  });
  if (!read) Drop("metadata", metadata, request);
}

void ReadStops(RawJson stops, NeutralRequest* request) {
  const bool read = EachElement(stops, [&](RawJson stop) {
    if (const auto text = TextOf(stop)) {
      request->stop.push_back(*text);
    } else {
      AddDropped("stop_sequences", &request->dropped);
    }
  });
  if (!read) Drop("stop_sequences", stops, request);
}

// A hint, or what is the default anyway.
bool IsHint(std::string_view key, RawJson value) {
  return key == "cache_control" || (key == "service_tier" && value == R"("auto")");
}

// A conversation that the server is to hold (anthropic-beta: message-threads). One that begins is
// whole, and is only not held; one that goes on leans on what was said before. The SDKs' tool
// runners send all of it once they read the code (lib/threads of anthropic-sdk-python).
CannotCarry ReadThread(RawJson thread, NeutralRequest* request) {
  if (!json::HasSubstance(thread)) return std::nullopt;
  AddDropped("thread", &request->dropped);
  RawJson type;
  EachMember(thread, [&](std::string_view key, RawJson value) {
    if (key == "type") type = value;
  });
  if (type == R"("create")") return std::nullopt;
  request->refusal_code = kThreadUnsupported;
  return "`thread` refers to what a server of Anthropic's API has stored, which a translation "
         "cannot "
         "reach: send the whole conversation in `messages`";
}

// The members whose meaning needs each other, and those that may be refused.
struct Members {
  RawJson system, messages, tools, tool_choice, thread;
};

void ReadMember(std::string_view key, RawJson value, Members* members, NeutralRequest* request) {
  if (key == "messages") {
    members->messages = value;
  } else if (key == "system") {
    members->system = value;
  } else if (key == "tools") {
    members->tools = value;
  } else if (key == "tool_choice") {
    members->tool_choice = value;
  } else if (key == "thread") {
    members->thread = value;
  } else if (key == "model" && TextOf(value)) {
    request->model = *TextOf(value);
  } else if (key == "stream") {
    if (value != "true") Drop("stream", value, request);
    request->stream = value == "true";
  } else if (key == "thinking") {
    ReadThinking(value, request);
  } else if (key == "output_config") {
    ReadOutputConfig(value, request);
  } else if (key == "output_format") {  // its name in the beta
    ReadFormat(key, value, request);
  } else if (key == "metadata") {
    ReadMetadata(value, request);
  } else if (key == "stop_sequences") {
    ReadStops(value, request);
  } else if (!IsHint(key, value) &&
             !(IsNumber(value) && TakeSetting(kNumbers, key, value, &request->settings))) {
    Drop(std::string(key), value, request);
  }
}

}  // namespace

CannotCarry ReadRequest(std::string_view body, NeutralRequest* request) {
  Members members;
  const bool read = EachMember(body, [&](std::string_view key, RawJson value) {
    ReadMember(key, value, &members, request);
  });
  if (!read) return kTooDeep;
  request->include_usage = true;  // these streams always end with it
  ReadSystem(members.system, request);
  ReadMessages(members.messages, request);
  if (CannotCarry refused = ReadThread(members.thread, request)) return refused;
  return ReadTools(members.tools, members.tool_choice, request);
}

}  // namespace banto::api::anthropic
