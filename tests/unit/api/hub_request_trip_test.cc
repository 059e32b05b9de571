// Requests that go from one API to another and back ask what they asked; what an API cannot say is
// named, and nothing is lost in silence.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hub_asks_kit.h"
#include "hub_trip_kit.h"

namespace banto::api {
namespace {

// A worker, and what it is asked with.
struct Asked {
  const char* api;
  Engines engines;
};
const Asked kWorkers[] = {
    {"chat", engine::kVllm},        {"chat", engine::kLlamaCpp},     {"chat", engine::kUnknown},
    {"responses", engine::kVllm},   {"responses", engine::kUnknown}, {"messages", engine::kVllm},
    {"messages", engine::kUnknown}, {"ollama", engine::kOllama},
};

// What is not asked of a worker as the client asked it. `dropped`: by which name the client is
// told; "": what it asked is done all the same; nullptr: it is there though nobody asked.
struct Change {
  const char* api;
  Engines engines;   // 0: all of them
  std::string asks;  // is in its key
  const char* dropped;
  const char* why;
};
constexpr Engines kAll = 0, kEngines = engine::kVllm | engine::kLlamaCpp;
const std::string kMaxTokens = KeyOf(Setting::kMaxTokens);
const Change kChanges[] = {
    {"chat", kAll, "assistant sealed", "messages[].content[sealed_reasoning]", "it has no member"},
    {"chat", kAll, "assistant signature", "messages[].content[thinking].signature",
     "only who signed it could read it"},
    {"chat", kAll, "failed", "tool_result.is_error", "a result is no more than text"},
    {"chat", kAll, "format's name", nullptr, "a label, and the API demands one"},
    {"chat", kEngines, "said as a refusal", "", "templates know content only"},
    {"chat", engine::kVllm, "budget", "thinking.budget_tokens", "it has no member"},
    {"chat", engine::kLlamaCpp, "budget", "", "said in a member that clients do not send"},
    {"chat", engine::kLlamaCpp, "choice", "", "it must use a tool, and has but the named one"},
    {"chat", engine::kUnknown, "assistant reasoning", "messages[].content[reasoning]",
     "OpenAI refuses the member"},
    {"chat", engine::kUnknown, "thinking", "reasoning", "OpenAI knows efforts only"},
    {"chat", engine::kUnknown, "budget", "thinking.budget_tokens", "it has no member"},

    {"responses", engine::kVllm, "assistant sealed", "encrypted_content", "not its own seal"},
    {"responses", engine::kVllm, "assistant signature", "messages[].content[thinking].signature",
     "only who signed it could read it"},
    {"responses", kAll, "failed", "messages[].content[tool_result].is_error", "it has no member"},
    {"responses", kAll, "format's name", nullptr, "a label, and the API demands one"},
    {"responses", kAll, "name of", "messages[].name", "it has no member"},
    {"responses", kAll, "budget", "thinking.budget_tokens", "it has no member"},
    {"responses", kAll, "thinking", "", "on without an effort is what models do unasked"},
    {"responses", engine::kUnknown, "stop", "stop", "OpenAI has no such member"},

    {"chat", kAll, "adaptive", "", "models decide how much"},
    {"responses", kAll, "adaptive", "", "models decide how much"},
    {"ollama", kAll, "adaptive", "", "models decide how much"},

    {"messages", kAll, "effort", "", "said as a budget"},
    {"messages", kAll, "adaptive", "", "said as a budget"},
    {"messages", kAll, "budget", "", "the API demands one, and less than the limit"},
    {"messages", kAll, kMaxTokens, nullptr, "the API demands one"},
    {"messages", kAll, "format's", "", "it always keeps to a schema; no engine reads the others"},
    {"messages", kAll, "format", "response_format", "it has no form but schemas"},
    {"messages", kAll, "thinking", "reasoning", "the limit leaves no room for the least budget"},
    {"messages", kAll, "name of", "messages[].name", "it has no member"},
    {"messages", kAll, "detail", "detail", "it has no member"},
    {"messages", kAll, "said as a refusal", "", "text, as it gives refusals itself"},
    {"messages", engine::kUnknown, "assistant reasoning", "reasoning without a signature",
     "Anthropic refuses what it has not signed"},

    {"ollama", kAll, "assistant sealed", "messages[].content[redacted_thinking]",
     "it has no member"},
    {"ollama", kAll, "assistant signature", "messages[].content[thinking].signature",
     "only who signed it could read it"},
    {"ollama", kAll, "failed", "messages[].content[].is_error", "it has no member"},
    {"ollama", kAll, "format's", "", "it always keeps to a schema; no engine reads the others"},
    {"ollama", kAll, "said as a refusal", "", "templates know content only"},
    {"ollama", kAll, "name of", "messages[].name", "it has no member"},
    {"ollama", kAll, "detail", "messages[].content[].detail", "it has no member"},
    {"ollama", kAll, "strict tool", "tools[].strict", "it has no member"},
    {"ollama", kAll, "effort", "reasoning_effort", "only gpt-oss takes more than yes and no"},
    {"ollama", kAll, "budget", "thinking.budget_tokens", "it has no member"},
};
// Ollama cannot be made to call, but is offered no tool that it must not call.
const Change kNoTools = {"ollama", kAll, "", "", "tools are not offered where none may be called"};
const Change kChoice = {"ollama", kAll, "", "tool_choice", "it has no member"};
// It refuses a wish that the model cannot fulfil, and this one leaves it to the model.
const Change kLeftToIt = {"ollama", kAll, "", "", "models that can think do so unasked"};
const Change kItsEffort = {"ollama", kAll, "", "output_config.effort", "that would be a demand"};

const Api& Named(const std::string& name) {
  return *std::find_if(std::begin(kApis), std::end(kApis),
                       [&name](const Api& api) { return api.name == name; });
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += name + " ";
  return all;
}

const Change* Expected(const Asked& worker, const std::string& key, const NeutralRequest& request,
                       bool added) {
  if (worker.api == std::string("ollama")) {
    const bool none = request.tool_choice.kind == ToolChoice::Kind::kNone;
    if (key == "choice") return none ? &kNoTools : &kChoice;
    if (none && key.starts_with("tool ")) return &kNoTools;
    if (request.reasoning.adaptive && key == "effort") return &kItsEffort;
    if (request.reasoning.adaptive && key == "thinking") return &kLeftToIt;
  }
  for (const Change& change : kChanges) {
    if (worker.api == std::string(change.api) && key.find(change.asks) != key.npos &&
        (added || change.dropped != nullptr) &&
        (change.engines == 0 || (change.engines & worker.engines) != 0))
      return &change;
  }
  return nullptr;
}

// One step: what `request` asks is asked of the worker, or named. Returns the request as it got it.
std::string Ask(const NeutralRequest& request, const Asked& worker) {
  const Codec& codec = *Named(worker.api).codec;
  const WrittenRequest written = codec.write_request(request, {worker.engines, "m"});
  EXPECT_FALSE(written.refused) << *written.refused;
  EXPECT_TRUE(nlohmann::json::accept(written.body)) << written.body;
  NeutralRequest got;
  EXPECT_FALSE(codec.read_request(written.body, &got)) << written.body;
  // A member of llama.cpp's own is no member of the API.
  std::erase(got.dropped, "thinking_budget_tokens");
  // How reasoning is shown, which the Responses API is asked for beside it.
  std::erase(got.dropped, "reasoning.summary");
  std::erase(got.dropped, "include[reasoning.encrypted_content]");
  EXPECT_EQ(Joined(got.dropped), "") << written.body;
  auto told = written.dropped;
  std::sort(told.begin(), told.end());
  EXPECT_EQ(std::adjacent_find(told.begin(), told.end()), told.end()) << Joined(told);
  const Asks before = AsksOf(request), after = AsksOf(got);
  std::map<std::string, std::string> names;  // of the client's settings
  for (const SettingValue& setting : request.settings) names[KeyOf(setting.setting)] = setting.name;
  bool changed = false;
  for (const auto& [key, value] : before) {
    const auto at = after.find(key);
    if (at != after.end() && at->second == value) continue;
    changed = true;
    const std::string now = at == after.end() ? "nothing" : at->second;
    const Change* const change = Expected(worker, key, request, false);
    std::string name = change != nullptr ? change->dropped : names[key];
    EXPECT_TRUE(change != nullptr || (!name.empty() && Has(written.dropped, name)))
        << key << " was " << value << ", is " << now << "; dropped: " << Joined(written.dropped);
    EXPECT_TRUE(name.empty() || Has(written.dropped, name))
        << key << " (" << name << ") in silence; dropped: " << Joined(written.dropped);
  }
  for (const auto& [key, value] : after) {
    EXPECT_TRUE(before.contains(key) || Expected(worker, key, request, true) != nullptr)
        << key << " is " << value << ", and nobody asked";
  }
  EXPECT_TRUE(changed || written.dropped.empty()) << Joined(written.dropped);
  return written.body;
}

void ExpectTheSameEverywhere(const std::string& from, const std::string& body) {
  SCOPED_TRACE(from + " " + body);
  for (const Asked& there : kWorkers) {
    SCOPED_TRACE(std::string("to ") + there.api + " of " + std::to_string(there.engines));
    NeutralRequest request, between;
    ASSERT_FALSE(Named(from).codec->read_request(body, &request));
    EXPECT_EQ(Joined(request.dropped), "");
    const std::string asked = Ask(request, there);
    ASSERT_FALSE(Named(there.api).codec->read_request(asked, &between));
    for (const Asked& back : kWorkers) {
      if (back.api != from) continue;
      SCOPED_TRACE("and back to those of " + std::to_string(back.engines) + ": " + asked);
      Ask(between, back);
    }
  }
}

TEST(HubRequestTrip, WhatAChatAsksIsAskedInEachOtherApiAndBack) {
  for (const std::string body : {
           R"({"model":"m","messages":[{"role":"system","content":"Be \"kind\".\n"},
             {"role":"developer","content":"Be short."},{"role":"user","content":"Hi é\u2028"},
             {"role":"assistant","content":"Hello","reasoning_content":"hm"},
             {"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url",
               "image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}],
             "temperature":0.5,"top_p":0.9,"seed":7,"max_tokens":100,"stop":["a\n","b"],
             "stream":true,"presence_penalty":0.1,"frequency_penalty":0.2,"user":"u"})",
           R"({"model":"m","messages":[{"role":"user","content":"go"},
             {"role":"assistant","content":"so","tool_calls":[
               {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":\"\\n\"}"}},
               {"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"one\ntwo"},
             {"role":"tool","tool_call_id":"c2","content":""},
             {"role":"assistant","content":"done"},{"role":"user","content":"and?"}],
             "tools":[{"type":"function","function":{"name":"f","description":"does \"f\"",
               "parameters":{"type":"object","properties":{"x":{"type":"string"}}}}},
               {"type":"function","function":{"name":"g"}}],
             "tool_choice":"required","parallel_tool_calls":false})",
           R"({"model":"m","messages":[{"role":"user","name":"ann","content":"go"}],"tools":[
             {"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"f"}}})",
           R"({"model":"m","messages":[{"role":"user","content":"go"}],
             "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none",
             "reasoning_effort":"high","n":2,"logprobs":true,"top_logprobs":3,
             "response_format":{"type":"json_object"},"logit_bias":{"1":2}})",
           R"({"model":"m","messages":[{"role":"user","content":"go"},
             {"role":"assistant","content":null,"refusal":"No."},{"role":"user","content":"why"}],
             "reasoning_effort":"none","response_format":{"type":"json_schema","json_schema":{
               "name":"n","description":"d","schema":{"type":"object"},"strict":true}}})"}) {
    ExpectTheSameEverywhere("chat", body);
  }
}

TEST(HubRequestTrip, WhatAResponsesRequestAsksIsAskedInEachOtherApiAndBack) {
  for (const std::string body : {
           R"({"model":"m","store":false,"instructions":"Be kind.","input":"Hi","stream":true,
             "max_output_tokens":100,"temperature":0,"top_p":1,"reasoning":{"effort":"low"},
             "text":{"verbosity":"low"},"metadata":{"a":"b"},"truncation":"auto"})",
           R"({"model":"m","store":false,"input":[{"role":"developer","content":"Be short."},
             {"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image",
               "image_url":"data:image/jpeg;base64,/9j/4AAQ","detail":"low"}]},
             {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}],
               "encrypted_content":"c2lnbmVk"},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},
             {"type":"function_call","call_id":"c2","name":"f","arguments":"{\"x\":2}"},
             {"type":"function_call_output","call_id":"c1","output":"one"},
             {"type":"function_call_output","call_id":"c2","output":[
               {"type":"input_text","text":"see"},{"type":"input_image",
               "image_url":"data:image/png;base64,iVBORw0KGgo="}]}],
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}],
             "tool_choice":"auto","text":{"format":{"type":"json_schema","name":"n",
               "schema":{"type":"object"}}}})",
           R"({"model":"m","store":false,"input":[{"role":"user","content":"a"},
             {"type":"reasoning","summary":[],"encrypted_content":"c2VhbGVk"},
             {"role":"assistant","content":[{"type":"output_text","text":"b"},
               {"type":"refusal","refusal":"c"}]},{"role":"user","content":"d"}],
             "text":{"format":{"type":"json_object"}},"top_logprobs":2})"}) {
    ExpectTheSameEverywhere("responses", body);
  }
}

TEST(HubRequestTrip, WhatAMessagesRequestAsksIsAskedInEachOtherApiAndBack) {
  for (const std::string body : {
           R"({"model":"m","max_tokens":4000,"system":[{"type":"text","text":"Be kind."},
             {"type":"text","text":"Be short."}],"messages":[{"role":"user","content":"Hi"}],
             "thinking":{"type":"enabled","budget_tokens":2000},"stop_sequences":["a"],
             "temperature":1,"top_k":5,"top_p":0.5,"metadata":{"user_id":"u"},"stream":true})",
           R"({"model":"m","max_tokens":10,"messages":[{"role":"user","content":[
               {"type":"image","source":{"type":"base64","media_type":"image/png",
                 "data":"iVBORw0KGgo="}},{"type":"text","text":"go"}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},
               {"type":"redacted_thinking","data":"c2VhbGVk"},{"type":"text","text":"so"},
               {"type":"tool_use","id":"c1","name":"f","input":{"x":"\n"}},
               {"type":"tool_use","id":"c2","name":"g","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[
                 {"type":"text","text":"one"},{"type":"image","source":{"type":"base64",
                 "media_type":"image/jpeg","data":"/9j/4AAQ"}}]},
               {"type":"tool_result","tool_use_id":"c2","is_error":true,"content":"broke"},
               {"type":"text","text":"go on"}]}],
             "tools":[{"name":"f","description":"d","strict":true,"input_schema":{"type":"object"}},
               {"name":"g","input_schema":{"type":"object","properties":{}}}],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true}})",
           R"({"model":"m","max_tokens":10,"messages":[{"role":"user","content":"a"}],
             "thinking":{"type":"disabled"},"tools":[{"name":"f","input_schema":{"type":"object"}}],
             "tool_choice":{"type":"tool","name":"f"},
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}})",
           R"({"model":"m","max_tokens":9000,"messages":[{"role":"user","content":"a"}],
             "thinking":{"type":"adaptive"},"output_config":{"effort":"high"}})"}) {
    ExpectTheSameEverywhere("messages", body);
  }
}

TEST(HubRequestTrip, WhatAnOllamaIsAskedIsAskedInEachOtherApiAndBack) {
  for (const std::string body : {
           R"({"model":"m","messages":[{"role":"system","content":"Be kind."},
             {"role":"user","content":"Hi","images":["iVBORw0KGgo="]},
             {"role":"assistant","content":"so","thinking":"hm","tool_calls":[
               {"id":"c1","function":{"name":"f","arguments":{"x":"\n"}}},
               {"id":"c2","function":{"name":"g","arguments":{}}}]},
             {"role":"tool","tool_name":"f","tool_call_id":"c1","content":"one"},
             {"role":"tool","tool_name":"g","tool_call_id":"c2","content":"two"}],
             "tools":[{"type":"function","function":{"name":"f","description":"d",
               "parameters":{"type":"object","properties":{"x":{"type":"string"}}}}},
               {"type":"function","function":{"name":"g"}}],
             "options":{"temperature":0.1,"top_k":3,"top_p":0.2,"min_p":0.1,"seed":4,
               "num_predict":9,"stop":["a","b\n"],"repeat_penalty":1.1,"num_ctx":2048}})",
           R"({"model":"m","messages":[{"role":"user","content":"a"}],"stream":false,"think":"low",
             "format":{"type":"object"},"keep_alive":"5m","logprobs":true,"top_logprobs":2})",
           R"({"model":"m","messages":[{"role":"user","content":"a"}],"think":false,
             "format":"json"})",
           R"({"model":"m","messages":[{"role":"user","content":"a"}],"think":true})"}) {
    ExpectTheSameEverywhere("ollama", body);
  }
}

}  // namespace
}  // namespace banto::api
