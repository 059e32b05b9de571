// Asking an engine's tokenizer, and estimating without one.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "capture.h"
#include "codec_kit.h"
#include "proxy/api/native/codecs.h"
#include "proxy/api/request_text.h"
#include "proxy/api/token_estimate.h"

namespace banto::api {
namespace {

using native::kTokenizeCodec;
using nlohmann::json;

void Talk(NeutralRequest* request) {
  Message& system = request->messages.emplace_back();
  system.role = Role::kDeveloper;
  system.parts.emplace_back().text = "Be \\\"kind\\\"";
  Message& assistant = request->messages.emplace_back();
  assistant.role = Role::kAssistant;
  Part& call = assistant.parts.emplace_back();
  call.kind = Part::Kind::kToolCall;
  call.id = "c1";
  call.name = "f";
  call.arguments = R"({\"a\":1})";
  Message& tool = request->messages.emplace_back();
  tool.role = Role::kTool;
  for (const char* id : {"c1", "c2"}) {
    Part& result = tool.parts.emplace_back();
    result.kind = Part::Kind::kToolResult;
    result.id = id;
    result.parts.emplace_back().text = "ok";
  }
  Tool& definition = request->tools.emplace_back();
  definition.name = "f";
  definition.description = "d";
  definition.parameters = R"({"type":"object"})";
}

TEST(Tokenize, VllmIsGivenTheMessagesAndTools) {
  NeutralRequest request;
  Talk(&request);
  const WrittenRequest written = kTokenizeCodec.write_request(request, {engine::kVllm, "m"});
  EXPECT_EQ(json::parse(written.body), json::parse(R"({"model":"m","messages":[
      {"role":"system","content":"Be \"kind\""},
      {"role":"assistant","content":"","tool_calls":[{"type":"function","id":"c1",
        "function":{"name":"f","arguments":"{\"a\":1}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"ok"},
      {"role":"tool","tool_call_id":"c2","content":"ok"}],
      "tools":[{"type":"function","function":{"name":"f","description":"d",
        "parameters":{"type":"object"}}}]})"));
}

TEST(Tokenize, LlamaCppIsGivenAllWords) {
  NeutralRequest request;
  Talk(&request);
  request.messages[0].parts.emplace_back().kind = Part::Kind::kImage;
  const WrittenRequest written = kTokenizeCodec.write_request(request, {engine::kLlamaCpp, "m"});
  EXPECT_EQ(json::parse(written.body), json::parse(R"({"add_special":true,
      "content":"Be \"kind\"\nf\n{\"a\":1}\nok\nok\nf\nd\n{\"type\":\"object\"}\n"})"));
  EXPECT_EQ(written.dropped, std::vector<std::string>{"messages[].content[image]"});
}

TEST(Tokenize, RecordedAnswersOfBothAreCounted) {
  struct Row {
    const char* name;
    int64_t count;
  };
  for (const Row& row :
       {Row{"vllm/tokenize-chat.txt", 16}, {"vllm/tokenize.txt", 10}, {"llama/tokenize.txt", 2}}) {
    Heard sink;
    EXPECT_TRUE(kTokenizeCodec.read_whole(LoadCapture(row.name).body, &sink)) << row.name;
    EXPECT_EQ(sink.usage.input, row.count) << row.name;
  }
  Heard sink;
  for (const char* body : {"", "[]", "{}", R"({"tokens":5})", R"({"count":"x"})", R"({"count":3)"})
    EXPECT_FALSE(kTokenizeCodec.read_whole(body, &sink)) << body;
}

TEST(TokenEstimate, CharactersCountByTheirLengthHoweverTheyAreEscaped) {
  EXPECT_EQ(EstimateTokens(JsonText("")), 0);
  EXPECT_EQ(EstimateTokens(JsonText("abcdefg")), 2);
  EXPECT_EQ(EstimateTokens(JsonText("éééé")), 2);
  EXPECT_EQ(EstimateTokens(JsonText(R"(\u00e9\u00E9\u00e9\u00e9)")), 2);
  EXPECT_EQ(EstimateTokens(JsonText("日本語")), 3);
  EXPECT_EQ(EstimateTokens(JsonText(R"(\u65e5\u672c\u8a9e)")), 3);
  EXPECT_EQ(EstimateTokens(JsonText("😀")), 2);
  EXPECT_EQ(EstimateTokens(JsonText(R"(\ud83d\ude00)")), 2);
  EXPECT_EQ(EstimateTokens(JsonText(R"(\n\n\n\"\\\t\n)")), 2);
  EXPECT_EQ(EstimateTokens(JsonText(R"(\u00)")), 1);
}

TEST(TokenEstimate, MessagesToolsAndImagesHaveTheirSurcharge) {
  NeutralRequest request;
  EXPECT_EQ(EstimateTokens(request), 0);
  Talk(&request);
  const int64_t words = EstimateTokens(JsonText(AllText(request)));
  EXPECT_EQ(EstimateTokens(request), words + 3 * 4 + 12);
  request.messages[2].parts[0].parts.emplace_back().kind = Part::Kind::kImage;
  EXPECT_EQ(EstimateTokens(request), words + 3 * 4 + 12 + 1500);
}

}  // namespace
}  // namespace banto::api
