// Requests of the Messages API: each member read, and written.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proxy/api/anthropic/codecs.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace banto::api::anthropic {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

// A body read and written again: what an Anthropic worker is asked, and what was dropped.
struct Passed {
  NeutralRequest request;
  CannotCarry refused;
  json written;
  Names dropped;

  explicit Passed(std::string text, Engines engines = engine::kVllm, bool count = false)
      : body(std::move(text)) {
    const Codec& codec = count ? kCountTokensCodec : kMessagesCodec;
    refused = codec.read_request(body, &request);
    const WrittenRequest out = codec.write_request(request, {engines, "m\"x"});
    EXPECT_TRUE(json::accept(out.body)) << out.body;
    written = json::parse(out.body, nullptr, false);
    dropped = request.dropped;
    dropped.insert(dropped.end(), out.dropped.begin(), out.dropped.end());
  }
  std::string body;
};

std::string Ask(const std::string& members) {
  return R"({"model":"claude","max_tokens":50)" + members + "}";
}
std::string Say(const std::string& content, const std::string& role = "user") {
  return Ask(R"(,"messages":[{"role":")" + role + R"(","content":)" + content + "}]");
}

TEST(AnthropicRequest, EveryMemberThatHasANeutralFormArrives) {
  const std::string body = R"({"model":"claude","max_tokens":50,"temperature":0.5,"top_p":0.9,
      "top_k":7,"stream":true,"stop_sequences":["a","\n"],"metadata":{"user_id":"u1"},
      "system":"Be kind.","messages":[{"role":"user","content":"Hi"}],
      "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true}],
      "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
      "thinking":{"type":"enabled","budget_tokens":2000},
      "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"a":1}}}})";
  const Passed passed(body);
  EXPECT_EQ(passed.refused, std::nullopt);
  EXPECT_EQ(passed.dropped, Names{"reasoning"});  // there is no room for it in 50 tokens
  EXPECT_EQ(passed.request.model, "claude");
  EXPECT_TRUE(passed.request.stream);
  EXPECT_TRUE(passed.request.include_usage);
  EXPECT_EQ(passed.request.reasoning.kind, ReasoningWish::Kind::kOn);
  EXPECT_EQ(passed.request.reasoning.budget, "2000");
  EXPECT_EQ(passed.request.reasoning.effort, "high");
  EXPECT_EQ(passed.request.messages[0].role, Role::kSystem);
  const json expected = json::parse(R"({"model":"m\"x","max_tokens":50,"temperature":0.5,
      "top_p":0.9,"top_k":7,"stream":true,"stop_sequences":["a","\n"],"metadata":{"user_id":"u1"},
      "system":[{"type":"text","text":"Be kind."}],
      "messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],
      "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true}],
      "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
      "output_config":{"format":{"type":"json_schema","schema":{"a":1}}}})");
  EXPECT_EQ(passed.written, expected);
}

TEST(AnthropicRequest, SamplingIsLeftOutOfWhatAnthropicsOwnApiIsAsked) {
  const std::string members =
      R"(,"messages":[{"role":"user","content":"a"}],"temperature":0.5,"top_k":7)";
  const Passed passed(Ask(members), engine::kAnthropic);
  EXPECT_EQ(passed.dropped, (Names{"temperature", "top_k"}));
  EXPECT_FALSE(passed.written.contains("temperature") || passed.written.contains("top_k"));
  EXPECT_TRUE(Passed(Ask(members)).written.contains("temperature"));
}

TEST(AnthropicRequest, ResultsOfToolsBecomeAMessageOfTheToolsAndNameTheirTool) {
  const std::string body = Ask(R"(,"messages":[
      {"role":"user","content":[{"type":"text","text":"Go","cache_control":{"type":"ephemeral"}}]},
      {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},
        {"type":"redacted_thinking","data":"xx"},{"type":"text","text":"I ask."},
        {"type":"tool_use","id":"t1","name":"f","input":{"a":"é\n"},"caller":{"type":"direct"}},
        {"type":"tool_use","id":"t2","name":"g","input":{}}]},
      {"role":"user","content":[{"type":"text","text":"So?"},
        {"type":"tool_result","tool_use_id":"t1","content":"one"},
        {"type":"tool_result","tool_use_id":"t2","is_error":true,
         "content":[{"type":"text","text":"two"},
          {"type":"image","source":{"type":"url","url":"http://x/y.png"}}]}]}])");
  const Passed passed(body);
  EXPECT_EQ(passed.dropped, Names{});
  const std::vector<Message>& messages = passed.request.messages;
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[1].parts[0].signature, "sig");
  EXPECT_EQ(messages[1].parts[1].kind, Part::Kind::kSealedReasoning);
  EXPECT_EQ(Plain(messages[1].parts[3].arguments), "{\"a\":\"é\\n\"}");
  EXPECT_EQ(messages[2].role, Role::kTool);
  ASSERT_EQ(messages[2].parts.size(), 2u);
  EXPECT_EQ(messages[2].parts[0].name, "f");
  EXPECT_EQ(messages[2].parts[1].name, "g");
  EXPECT_TRUE(messages[2].parts[1].is_error);
  EXPECT_EQ(messages[3].role, Role::kUser);
  EXPECT_EQ(messages[3].parts[0].text, "So?");
  const json last = json::parse(R"({"role":"user","content":[
      {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"one"}]},
      {"type":"tool_result","tool_use_id":"t2","is_error":true,
       "content":[{"type":"text","text":"two"},
        {"type":"image","source":{"type":"url","url":"http://x/y.png"}}]},
      {"type":"text","text":"So?"}]})");
  EXPECT_EQ(passed.written["messages"][2], last);
  EXPECT_EQ(passed.written["messages"][1]["content"][3]["input"]["a"], "é\n");
}

TEST(AnthropicRequest, ImagesAndDocumentsOfWordsAreCarried_OthersAreNamed) {
  const Passed passed(Say(R"([
      {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
      {"type":"image","source":{"type":"file","file_id":"f"}},
      {"type":"document","source":{"type":"text","media_type":"text/plain","data":"words"},
       "title":"t"},
      {"type":"document","source":{"type":"content","content":[{"type":"text","text":"more"}]}},
      {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"AA"}},
      {"type":"search_result","source":"s","title":"t","content":[]},{"type":"text","text":"x",
       "citations":[{"type":"char_location"}]}])"));
  const std::vector<Part>& parts = passed.request.messages[0].parts;
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].media_type, "image/png");
  EXPECT_EQ(parts[0].data, "AA==");
  EXPECT_EQ(parts[1].text, "words");
  EXPECT_EQ(parts[2].text, "more");
  EXPECT_EQ(passed.dropped,
            (Names{"messages[].content[image]", "messages[].content[document].title",
                   "messages[].content[document]", "messages[].content[search_result].title",
                   "messages[].content[search_result]", "messages[].content[text].citations"}));
}

TEST(AnthropicRequest, ToolsOfTheServerAreDroppedByTheirType) {
  const Passed passed(Ask(R"(,"tools":[{"type":"web_search_20250305","name":"web_search"},
      {"type":"custom","name":"f","input_schema":{},"cache_control":{"type":"ephemeral"}},
      {"type":"bash_20250124","name":"bash"}],"tool_choice":{"type":"any"})"));
  EXPECT_EQ(passed.refused, std::nullopt);
  ASSERT_EQ(passed.request.tools.size(), 1u);
  EXPECT_EQ(passed.request.tool_choice.kind, ToolChoice::Kind::kRequired);
  EXPECT_EQ(passed.dropped, (Names{"tools[web_search_20250305]", "tools[bash_20250124]"}));
}

TEST(AnthropicRequest, AChoiceThatDemandsADroppedToolIsRefused) {
  const std::string tools = R"(,"tools":[{"type":"bash_20250124","name":"bash"}],"tool_choice":)";
  EXPECT_NE(Passed(Ask(tools + R"({"type":"tool","name":"bash"})")).refused, std::nullopt);
  EXPECT_NE(Passed(Ask(tools + R"({"type":"any"})")).refused, std::nullopt);
  EXPECT_EQ(Passed(Ask(tools + R"({"type":"auto"})")).refused, std::nullopt);
}

TEST(AnthropicRequest, WhatHasNoNeutralFormIsNamedUnlessItSaysNothing) {
  const Passed passed(Ask(R"(,"service_tier":"auto","mcp_servers":[],"container":null,
      "context_management":{"edits":[{}]},"speed":"fast","metadata":{"odd":1},
      "thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"max"})"));
  EXPECT_EQ(passed.dropped, (Names{"context_management", "speed", "metadata.odd",
                                   "thinking.display", "reasoning"}));
  EXPECT_EQ(passed.request.reasoning.effort, "high");
  EXPECT_TRUE(passed.request.reasoning.adaptive);
  const Passed demanded(Ask(R"(,"thinking":{"type":"enabled","budget_tokens":2000})"));
  EXPECT_FALSE(demanded.request.reasoning.adaptive);
}

TEST(AnthropicRequest, MembersOfAWrongTypeAreNamedAndNothingBreaks) {
  const Passed passed(R"({"model":5,"messages":7,"system":{"a":1},"tools":"x","max_tokens":"many",
      "temperature":[],"stop_sequences":"s","metadata":4,"thinking":[1],"output_config":true,
      "tool_choice":"auto","stream":"yes"})");
  EXPECT_EQ(passed.refused, std::nullopt);
  for (const char* name : {"messages", "system", "tools", "max_tokens", "stop_sequences",
                           "metadata", "thinking", "output_config", "tool_choice", "model"}) {
    EXPECT_NE(std::find(passed.dropped.begin(), passed.dropped.end(), name), passed.dropped.end())
        << name;
  }
  EXPECT_EQ(passed.written["max_tokens"], 4096);
  for (const char* content :
       {"7", "[7]", "[[]]", R"([{"type":"text","text":5}])", R"([{"type":5}])",
        R"([{"type":"tool_use","id":1}])", R"([{"type":"tool_result"}])", R"({"a":[]})",
        R"([{"type":"image","source":[]}])", R"([{"type":"thinking","thinking":{}}])",
        R"([{"type":"tool_use","id":"a","name":"b","input":[1]}])"}) {
    const Passed said(Say(content));
    EXPECT_FALSE(said.written.is_discarded()) << content;
  }
  EXPECT_EQ(Passed(Ask(R"(,"messages":[4,{"role":7},{"role":"x","content":"y"}])")).dropped,
            (Names{"messages[]", "messages[x]"}));
}

TEST(AnthropicRequest, AThreadThatBeginsIsNotHeldAndOneThatGoesOnIsRefused) {
  const Passed begins(Say(R"("Hi")").insert(1, R"("thread":{"type":"create"},)"));
  EXPECT_EQ(begins.refused, std::nullopt);
  EXPECT_EQ(begins.dropped, Names{"thread"});
  const Passed goes_on(
      Say(R"("Hi")").insert(1, R"("thread":{"type":"continue","previous_message_id":"msg_1"},)"));
  ASSERT_NE(goes_on.refused, std::nullopt);
  EXPECT_STREQ(goes_on.request.refusal_code, "thread_unsupported_request");
  EXPECT_EQ(Passed(Say(R"("Hi")").insert(1, R"("thread":null,)")).dropped, Names());
}

TEST(AnthropicRequest, NestedTooDeeplyToBeReadIsRefused) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_NE(Passed(Ask(R"(,"x":)" + deep)).refused, std::nullopt);
}

TEST(AnthropicRequest, ThinkingFitsIntoTheLimitOrTheLimitGrows) {
  NeutralRequest request;
  request.reasoning.kind = ReasoningWish::Kind::kOn;
  request.reasoning.effort = "low";
  const WorkerForm worker{engine::kVllm, "m"};
  const auto write = [&] {
    return json::parse(kMessagesCodec.write_request(request, worker).body);
  };
  EXPECT_EQ(write()["thinking"]["budget_tokens"], 1024);
  EXPECT_EQ(write()["max_tokens"], 1024 + 4096);
  request.settings.push_back({Setting::kMaxTokens, "num_predict", "2000"});
  request.reasoning.budget = "9000";
  EXPECT_EQ(write()["thinking"]["budget_tokens"], 1999);
  EXPECT_EQ(write()["max_tokens"], 2000);
  request.settings.back().value = "-1";
  EXPECT_EQ(write()["max_tokens"], 9000 + 4096);
  request.reasoning.kind = ReasoningWish::Kind::kOff;
  EXPECT_EQ(write()["thinking"]["type"], "disabled");
}

TEST(AnthropicRequest, OneSidesMessagesAreMergedAndTheSystemsCollected) {
  NeutralRequest request;
  const auto say = [&](Role role, std::string_view text) {
    Message& message = request.messages.emplace_back();
    message.role = role;
    message.parts.emplace_back().text = text;
  };
  say(Role::kDeveloper, "A");
  say(Role::kUser, "1");
  say(Role::kAssistant, "");
  say(Role::kUser, "2");
  say(Role::kSystem, "B");
  say(Role::kUser, "3");
  say(Role::kAssistant, "4");
  const json written =
      json::parse(kMessagesCodec.write_request(request, {engine::kVllm, "m"}).body);
  EXPECT_EQ(written["system"].size(), 2u);
  ASSERT_EQ(written["messages"].size(), 2u);
  EXPECT_EQ(written["messages"][0]["content"].size(), 3u);
  EXPECT_EQ(written["messages"][1]["role"], "assistant");
}

TEST(AnthropicRequest, RubbishForArgumentsIsWrappedInAnObject) {
  NeutralRequest request;
  Message& message = request.messages.emplace_back();
  message.role = Role::kAssistant;
  for (const char* arguments : {R"({\"a\":1})", R"(not \"json)", "", "null", "[1]", R"({\"a\":)",
                                R"(\ud800)", R"({\"b\":\"\ud800\"})"}) {
    Part& part = message.parts.emplace_back();
    part.kind = Part::Kind::kToolCall;
    part.id = part.name = "f";
    part.arguments = arguments;
  }
  const std::string body = kMessagesCodec.write_request(request, {engine::kVllm, "m"}).body;
  EXPECT_TRUE(banto::json::IsJson(body)) << body;
  EXPECT_TRUE(banto::json::IsUtf8(body));
  EXPECT_NE(body.find(R"("input":{"a":1})"), body.npos);
  EXPECT_NE(body.find(R"("input":{"arguments":"not \"json"})"), body.npos);
  EXPECT_NE(body.find(R"("input":{})"), body.npos);
  EXPECT_NE(body.find(R"("input":{"arguments":"[1]"})"), body.npos);
  EXPECT_NE(body.find(R"("input":{"arguments":"{\"a\":"})"), body.npos);
}

TEST(AnthropicRequest, WhatTheApiHasNoNameForIsDroppedByTheClientsName) {
  NeutralRequest request;
  request.settings = {{Setting::kSeed, "seed", "5"},
                      {Setting::kChoices, "n", "1"},
                      {Setting::kLogprobs, "logprobs", "false"}};
  request.format.kind = AnswerFormat::Kind::kJsonObject;
  Message& message = request.messages.emplace_back();
  message.role = Role::kAssistant;
  message.parts.emplace_back().kind = Part::Kind::kReasoning;
  EXPECT_EQ(kMessagesCodec.write_request(request, {engine::kVllm, "m"}).dropped,
            (Names{"response_format", "seed"}));
  EXPECT_EQ(kMessagesCodec.write_request(request, {engine::kUnknown, "m"}).dropped,
            (Names{"reasoning without a signature", "response_format", "seed"}));
}

TEST(AnthropicRequest, AToolThatMustBeCalledAndIsMissingIsRefused) {
  NeutralRequest request;
  request.tool_choice.kind = ToolChoice::Kind::kRequired;
  const WrittenRequest written = kMessagesCodec.write_request(request, {engine::kVllm, "m"});
  EXPECT_NE(written.refused, std::nullopt);
  EXPECT_EQ(written.body, "");
}

TEST(AnthropicRequest, ToCountAsksOnlyForWhatIsCounted) {
  const Passed passed(Ask(R"(,"temperature":1,"stream":true,"system":"s",
      "messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"f","input_schema":{}}])"),
                      engine::kVllm, true);
  EXPECT_EQ(passed.written, json::parse(R"({"model":"m\"x","system":[{"type":"text","text":"s"}],
      "messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],
      "tools":[{"name":"f","input_schema":{}}]})"));
}

}  // namespace
}  // namespace banto::api::anthropic
