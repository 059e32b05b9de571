// Requests of Ollama's clients, read; and what other clients ask, written for an Ollama.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proxy/api/ollama/codecs.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

// Read and written again for an Ollama: what has a neutral form comes back.
struct Passed {
  explicit Passed(const Codec& codec, const std::string& body) : text(body) {
    EXPECT_FALSE(codec.read_request(text, &request));
    const WrittenRequest written = codec.write_request(request, {engine::kOllama, "m\"1"});
    refused = written.refused;
    dropped = written.dropped;
    if (!refused) json = Json::parse(written.body);
  }
  std::string text;
  NeutralRequest request;
  CannotCarry refused;
  Names dropped;
  Json json;
};

TEST(OllamaChatRequest, EveryMemberWithANeutralFormComesBackAsItWas) {
  const std::string body = R"({"model":"x","stream":false,"think":true,"keep_alive":"5m",
    "logprobs":true,"top_logprobs":3,"format":{"type":"object"},
    "options":{"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.1,"typical_p":0.7,"seed":7,
      "num_predict":12,"presence_penalty":1,"frequency_penalty":1.5,"repeat_penalty":1.1,
      "repeat_last_n":64,"mirostat":1,"mirostat_tau":5.0,"mirostat_eta":0.1,"num_ctx":4096,
      "stop":["a","\n"]},
    "messages":[{"role":"system","content":"be\u00e9"},{"role":"user","content":"hi"}],
    "tools":[{"type":"function","function":{"name":"f","description":"d",
      "parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]})";
  const Passed passed(ollama::kChatCodec, body);
  EXPECT_EQ(passed.request.dropped, Names{});
  EXPECT_EQ(passed.dropped, Names{});
  Json expected = Json::parse(body);
  expected["model"] = "m\"1";
  EXPECT_EQ(passed.json, expected);
}

TEST(OllamaChatRequest, StreamsUnlessItSaysNo_AndItsLastLineNeedsUsage) {
  NeutralRequest request;
  ollama::kChatCodec.read_request(R"({"model":"x","messages":[]})", &request);
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
  EXPECT_EQ(request.model, "x");
}

TEST(OllamaChatRequest, WhatOnlyAnOllamaKnowsIsNamed_AndEmptyMembersAreNot) {
  NeutralRequest request;
  ollama::kChatCodec.read_request(
      R"({"model":"x","messages":[],"template":"","context":null,"shift":true,
          "options":{"num_gpu":1,"use_mmap":false,"numa":null,"temperature":"hot"}})",
      &request);
  EXPECT_EQ(request.dropped,
            (Names{"shift", "options.num_gpu", "options.use_mmap", "options.temperature"}));
}

TEST(OllamaChatRequest, NoSeedIsNoneElsewhereAndNoLimitIsNamed) {
  NeutralRequest request;
  ollama::kChatCodec.read_request(R"({"options":{"num_predict":-1,"seed":-1,"stop":[]}})",
                                  &request);
  EXPECT_TRUE(request.settings.empty());
  EXPECT_TRUE(request.stop.empty());
  EXPECT_EQ(request.dropped, Names{"options.num_predict"});
}

TEST(OllamaChatRequest, ImagesTellTheirTypeByTheirFirstBytes) {
  const Passed passed(ollama::kChatCodec,
                      R"({"messages":[{"role":"user","content":"see","images":["iVBORw0KGgo=",
      "/9j/4AAQ","\/9j\/4AAQ","R0lGODlh","UklGRiQ","http://a/b.png"]}]})");
  const std::vector<Part>& parts = passed.request.messages[0].parts;
  ASSERT_EQ(parts.size(), 6U);
  EXPECT_EQ(parts[0].media_type, "image/png");
  EXPECT_EQ(parts[1].media_type, "image/jpeg");
  EXPECT_EQ(parts[2].media_type, "image/jpeg");
  EXPECT_EQ(parts[3].media_type, "image/gif");
  EXPECT_EQ(parts[4].media_type, "image/webp");
  EXPECT_EQ(parts[5].text, "see");
  EXPECT_EQ(passed.request.dropped, Names{"messages[].images"});
  EXPECT_EQ(passed.json["messages"][0]["images"].size(), 5U);
}

TEST(OllamaChatRequest, AnImageMayBeADataUrl) {
  const Passed passed(ollama::kChatCodec,
                      R"({"messages":[{"role":"user","content":"","images":[
      "data:image/png;base64,iVBORw0KGgo=","data:image\/png;base64,iVBORw0KGgo=","data:,hi"]}]})");
  for (const Part& part : passed.request.messages[0].parts) {
    EXPECT_EQ(part.media_type, "image/png");
    EXPECT_EQ(part.data, "iVBORw0KGgo=");
  }
  EXPECT_EQ(passed.request.messages[0].parts.size(), 2U);
  EXPECT_EQ(passed.request.dropped, Names{"messages[].images"});
}

TEST(OllamaChatRequest, ResultsFindTheirCallByIdByNameOrInOrder) {
  NeutralRequest request;
  ollama::kChatCodec.read_request(
      R"({"messages":[{"role":"assistant","content":"","thinking":"hm","tool_calls":[
          {"function":{"name":"f","arguments":{"a":"\"q\""}}},
          {"function":{"name":"g","arguments":{}}},
          {"id":"given","function":{"name":"h","arguments":"{}"}}]},
        {"role":"tool","content":"of h","tool_call_id":"given"},
        {"role":"tool","content":"of g","tool_name":"g"},
        {"role":"tool","content":"of f"},
        {"role":"tool","content":"of none"}]})",
      &request);
  ASSERT_EQ(request.messages.size(), 5U);
  const std::vector<Part>& calls = request.messages[0].parts;
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls[0].kind, Part::Kind::kReasoning);
  EXPECT_EQ(Plain(calls[1].arguments), R"({"a":"\"q\""})");
  EXPECT_NE(calls[1].id, calls[2].id);
  EXPECT_EQ(request.messages[1].parts[0].id, "given");
  EXPECT_EQ(request.messages[1].parts[0].name, "h");
  EXPECT_EQ(request.messages[2].parts[0].id, calls[2].id);
  EXPECT_EQ(request.messages[3].parts[0].id, calls[1].id);
  EXPECT_EQ(request.messages[3].parts[0].parts[0].text, "of f");
  EXPECT_FALSE(request.messages[4].parts[0].id.empty());
}

TEST(OllamaChatRequest, CallsAndResultsAreWrittenWithObjectsIdsAndToolNames) {
  const Passed passed(ollama::kChatCodec,
                      R"({"messages":[{"role":"assistant","tool_calls":[
      {"id":"c1","function":{"name":"f","arguments":{"a":1}}}]},
      {"role":"tool","tool_call_id":"c1","content":"42"}]})");
  EXPECT_EQ(passed.json["messages"], Json::parse(R"([
    {"role":"assistant","content":"","tool_calls":[
      {"id":"c1","type":"function","function":{"name":"f","arguments":{"a":1}}}]},
    {"role":"tool","content":"42","tool_name":"f","tool_call_id":"c1"}])"));
}

TEST(OllamaChatRequest, ArgumentsThatAreNoObjectNeverBreakTheBody) {
  for (const char* const rubbish :
       {"{\\\"a\\\":", "[1]", "nonsense", "{\\\"a\\\":\\\"\\ud800\\\"}"}) {
    NeutralRequest request;
    Part& call = request.messages.emplace_back().parts.emplace_back();
    request.messages[0].role = Role::kAssistant;
    call.kind = Part::Kind::kToolCall;
    call.name = "f";
    call.arguments = rubbish;
    const std::string body = ollama::kChatCodec.write_request(request, {}).body;
    // The parser of the test is as strict about lone surrogates as about anything.
    if (std::string_view(rubbish).find("ud800") != std::string_view::npos) {
      EXPECT_NE(body.find(R"("arguments":{"arguments":")"), std::string::npos);
      continue;
    }
    const Json call_json = Json::parse(body)["messages"][0]["tool_calls"][0];
    EXPECT_TRUE(call_json["function"]["arguments"]["arguments"].is_string());
  }
}

TEST(OllamaChatRequest, AWishToThinkThatTheModelMayForgoIsNotSaid) {
  NeutralRequest request;
  request.reasoning.kind = ReasoningWish::Kind::kOn;
  EXPECT_NE(ollama::kChatCodec.write_request(request, {0, "m"}).body.find(R"("think":true)"),
            std::string::npos);
  request.reasoning.adaptive = true;
  request.reasoning.effort = "high";
  const WrittenRequest written = ollama::kChatCodec.write_request(request, {0, "m"});
  EXPECT_EQ(written.body.find("think"), std::string::npos);
  EXPECT_EQ(written.dropped, Names{"output_config.effort"});
}

TEST(OllamaChatRequest, AnEffortIsSaidToModelsThatHaveSuch) {
  const auto think = [](const char* effort, const char* model) {
    NeutralRequest request;
    request.reasoning = {ReasoningWish::Kind::kOn, effort, {}};
    return Json::parse(ollama::kChatCodec.write_request(request, {0, model}).body)["think"];
  };
  EXPECT_EQ(think("minimal", "gpt-oss:20b"), "low");
  EXPECT_EQ(think("xhigh", "hf.co/someone/GPT-OSS-120b"), "high");
  EXPECT_EQ(think("medium", "gpt-oss"), "medium");
  EXPECT_EQ(think("low", "qwen3:8b"), true);
}

TEST(OllamaChatRequest, SystemsAreOneMessageAtTheStart) {
  NeutralRequest request;
  for (const Role role : {Role::kSystem, Role::kUser, Role::kDeveloper}) {
    request.messages.emplace_back().role = role;
    request.messages.back().parts.emplace_back().text = role == Role::kUser ? "hi" : "be";
  }
  const Json json = Json::parse(ollama::kChatCodec.write_request(request, {0, "m"}).body);
  EXPECT_EQ(json["messages"].size(), 2U);
  EXPECT_EQ(json["messages"][0]["role"], "system");
  EXPECT_EQ(json["messages"][0]["content"], "be\n\nbe");
}

TEST(OllamaChatRequest, WhatOthersAskAndAnOllamaCannotIsNamed) {
  NeutralRequest request;
  request.settings = {{Setting::kChoices, "n", "2"},
                      {Setting::kLogitBias, "logit_bias", "{}"},
                      {Setting::kEcho, "echo", "false"},
                      {Setting::kParallelToolCalls, "parallel_tool_calls", "true"}};
  request.tools = {{"f", {}, {}, {}}, {"g", {}, {}, {}}};
  request.tool_choice = {ToolChoice::Kind::kNamed, "g"};
  request.reasoning = {ReasoningWish::Kind::kOn, "xhigh", "1024"};
  Message& message = request.messages.emplace_back();
  message.parts.emplace_back().kind = Part::Kind::kImage;
  message.parts[0].url = "http://a/b.png";
  message.parts.emplace_back().text = "one";
  message.parts.emplace_back().text = "two";
  const WrittenRequest written = ollama::kChatCodec.write_request(request, {0, "m"});
  EXPECT_EQ(written.dropped,
            (Names{"messages[].content[image_url]", "tool_choice", "reasoning_effort",
                   "thinking.budget_tokens", "n", "logit_bias"}));
  const Json json = Json::parse(written.body);
  EXPECT_EQ(json["tools"].size(), 1U);
  EXPECT_EQ(json["think"], true);
  EXPECT_EQ(json["messages"][0]["content"], "one\n\ntwo");
}

TEST(OllamaChatRequest, ToolsAreNotOfferedWhereNoneMayBeCalled) {
  NeutralRequest request;
  request.tools = {{"f", {}, {}, {}}};
  request.tool_choice.kind = ToolChoice::Kind::kNone;
  const WrittenRequest written = ollama::kChatCodec.write_request(request, {0, "m"});
  EXPECT_FALSE(Json::parse(written.body).contains("tools"));
  EXPECT_EQ(written.dropped, Names{});
}

TEST(OllamaChatRequest, AToolThatMustBeCalledHasToBeThere) {
  NeutralRequest request;
  request.tools = {{"f", {}, {}, {}}};
  request.tool_choice = {ToolChoice::Kind::kNamed, "f"};
  EXPECT_FALSE(ollama::kChatCodec.write_request(request, {0, "m"}).refused);
  request.tool_choice.name = "g";
  EXPECT_TRUE(ollama::kChatCodec.write_request(request, {0, "m"}).refused);
  request.tools.clear();
  request.tool_choice.kind = ToolChoice::Kind::kRequired;
  EXPECT_TRUE(ollama::kChatCodec.write_request(request, {0, "m"}).refused);
}

TEST(OllamaRequests, APromptAndAConversationAreNotTakenForEachOther) {
  NeutralRequest prompt, conversation;
  prompt.prompt = R"("a")";
  conversation.messages.emplace_back().parts.emplace_back().text = "a";
  EXPECT_TRUE(ollama::kChatCodec.write_request(prompt, {0, "m"}).refused);
  EXPECT_TRUE(ollama::kGenerateCodec.write_request(conversation, {0, "m"}).refused);
}

TEST(OllamaGenerateRequest, APromptForTheTemplateIsAConversation) {
  NeutralRequest request;
  ollama::kGenerateCodec.read_request(
      R"({"model":"x","prompt":"hi","system":"be kind","images":["/9j/4"],"template":"T",
          "context":[1],"raw":false,"suffix":"","think":false,"format":"json"})",
      &request);
  EXPECT_EQ(request.dropped, (Names{"template", "context"}));
  EXPECT_TRUE(request.prompt.empty());
  ASSERT_EQ(request.messages.size(), 2U);
  EXPECT_EQ(request.messages[0].role, Role::kSystem);
  EXPECT_EQ(request.messages[1].parts[0].kind, Part::Kind::kImage);
  EXPECT_EQ(request.messages[1].parts[1].text, "hi");
  EXPECT_EQ(request.reasoning.kind, ReasoningWish::Kind::kOff);
  EXPECT_EQ(request.format.kind, AnswerFormat::Kind::kJsonObject);
}

TEST(OllamaGenerateRequest, ARawPromptStaysOne_AndASuffixGoesToTheModelsTemplate) {
  const Passed raw(ollama::kGenerateCodec,
                   R"({"prompt":"a","raw":true,"system":"s","options":{"seed":1}})");
  EXPECT_EQ(raw.request.dropped, Names{"system"});
  EXPECT_EQ(raw.json, Json::parse(R"({"model":"m\"1","prompt":"a","raw":true,"stream":true,
                                      "options":{"seed":1}})"));
  const Passed fill(ollama::kGenerateCodec, R"({"prompt":"a","suffix":"z"})");
  EXPECT_EQ(fill.json, Json::parse(R"({"model":"m\"1","prompt":"a","suffix":"z","stream":true})"));
}

TEST(OllamaGenerateRequest, OnePromptAsAStringCanBeCarried) {
  for (const auto& [prompt, carried] :
       std::vector<std::pair<const char*, bool>>{{R"("a")", true},
                                                 {R"(["a"])", true},
                                                 {R"(["a","b"])", false},
                                                 {"[1,2]", false},
                                                 {"", false}}) {
    NeutralRequest request;
    request.prompt = prompt;
    request.settings = {{Setting::kTopLogprobs, "logprobs", "2"}};
    const WrittenRequest written = ollama::kGenerateCodec.write_request(request, {0, "m"});
    EXPECT_EQ(!written.refused, carried) << prompt;
    if (!carried) continue;
    EXPECT_EQ(Json::parse(written.body)["prompt"], "a");
    EXPECT_EQ(Json::parse(written.body)["logprobs"], true);
  }
}

TEST(OllamaEmbedRequest, TextsAreCarriedAndTokenIdsAreNot) {
  const Passed passed(ollama::kEmbedCodec,
                      R"({"model":"x","input":["a","b"],"truncate":false,"dimensions":3,
                          "keep_alive":-1,"options":{"num_ctx":9,"num_gpu":1}})");
  EXPECT_EQ(passed.request.dropped, Names{"options.num_gpu"});
  EXPECT_EQ(passed.json, Json::parse(R"({"model":"m\"1","input":["a","b"],"truncate":false,
                                "dimensions":3,"keep_alive":-1,"options":{"num_ctx":9}})"));
  EXPECT_TRUE(Passed(ollama::kEmbedCodec, R"({"input":[1,2]})").refused);
  const Passed old(ollama::kOldEmbeddingsCodec, R"({"prompt":"a"})");
  EXPECT_EQ(old.json, Json::parse(R"({"model":"m\"1","prompt":"a"})"));
}

TEST(OllamaRequests, MembersOfAWrongTypeAreNamedAndNeitherCrashNorBreakTheBody) {
  const char* const kValues[] = {"7",
                                 "\"s\"",
                                 "[1,[2,{\"a\":3}]]",
                                 "{\"b\":[null]}",
                                 "true",
                                 "[{\"role\":5,\"content\":6,\"images\":7,\"tool_calls\":8}]",
                                 "[{\"function\":3}]",
                                 "\"\\ud800\"",
                                 "[[[[[[[[[[]]]]]]]]]]"};
  const char* const kNames[] = {"model",  "messages",   "stream", "tools", "options",   "think",
                                "format", "keep_alive", "prompt", "raw",   "suffix",    "images",
                                "system", "logprobs",   "input",  "stop",  "dimensions"};
  for (const Codec* codec : {&ollama::kChatCodec, &ollama::kGenerateCodec, &ollama::kEmbedCodec,
                             &ollama::kOldEmbeddingsCodec}) {
    for (const std::string name : kNames) {
      for (const std::string value : kValues) {
        const std::string body = "{\"" + name + "\":" + value + "}";
        NeutralRequest request;
        codec->read_request(body, &request);
        const WrittenRequest written = codec->write_request(request, {engine::kOllama, "m"});
        if (written.refused || value.find("ud800") != std::string::npos) continue;
        EXPECT_TRUE(Json::accept(written.body)) << body << " became " << written.body;
      }
    }
  }
}

}  // namespace
}  // namespace banto::api
