#include <gtest/gtest.h>

#include <string>

#include "proxy/api/engine_traits.h"
#include "proxy/api/openai/responses_codec.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

const Codec& kCodec = kResponsesCodec;

class ResponsesRequest : public testing::Test {
 protected:
  // `members`: of a request for the model "m".
  CannotCarry Read(std::string members) {
    body_ = R"({"model":"m",)" + members + "}";
    EXPECT_TRUE(json::IsJson(body_)) << body_;
    return kCodec.read_request(body_, &request_);
  }
  std::string Write(Engines engines = engine::kUnknown) {
    written_ = kCodec.write_request(request_, {engines, "theirs"});
    EXPECT_TRUE(json::IsJson(written_.body)) << written_.body;
    return written_.body;
  }
  std::string Dropped() const {
    std::string all;
    for (const std::string& name : request_.dropped) all += name + " ";
    return all;
  }
  // Roles and kinds of parts, by a letter each.
  std::string Shape() const {
    std::string shape;
    for (const Message& message : request_.messages) {
      shape += "sduat"[static_cast<int>(message.role)];
      for (const Part& part : message.parts) shape += "TIRXFCO"[static_cast<int>(part.kind)];
      shape += ' ';
    }
    return shape;
  }

  std::string body_;
  NeutralRequest request_;
  WrittenRequest written_;
};

TEST_F(ResponsesRequest, ATextIsAUsersMessage_AndInstructionsComeFirst) {
  EXPECT_FALSE(Read(R"("input":"hi \u00e9","stream":true,"instructions":"be brief")"));
  EXPECT_EQ(Shape(), "sT uT ");
  EXPECT_EQ(request_.messages[1].parts[0].text, "hi \\u00e9");
  EXPECT_TRUE(request_.stream);
  EXPECT_TRUE(request_.include_usage);
  EXPECT_EQ(Dropped(), "");
  EXPECT_EQ(Write(), R"({"model":"theirs","stream":true,"store":false,"instructions":"be brief",)"
                     R"("input":[{"type":"message","role":"user","content":"hi \u00e9"}]})");
}

TEST_F(ResponsesRequest, ItemsOfOneTurnAreOneMessage_AndResultsFindTheNameOfTheirCall) {
  EXPECT_FALSE(Read(R"("input":[
    {"role":"developer","content":"d"},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"q"},
      {"type":"input_image","image_url":"data:image/png;base64,QUJD","detail":"low"},
      {"type":"input_image","image_url":"https://x/y.png"}]},
    {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},
      {"type":"summary_text","text":"b"}],"encrypted_content":"S"},
    {"type":"message","role":"assistant","content":[{"type":"output_text","text":"t"}]},
    {"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\":1}"},
    {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
    {"type":"function_call_output","call_id":"c1","output":"1"},
    {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"2"}]},
    {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"E"},
    {"role":"assistant","content":"a"},{"role":"assistant","content":"b"}])"));
  EXPECT_EQ(Shape(), "dT uTII aRTCC tOO aXT aT ");
  const Part& image = request_.messages[1].parts[1];
  EXPECT_EQ(image.media_type, "image/png");
  EXPECT_EQ(image.data, "QUJD");
  EXPECT_EQ(image.detail, "low");
  EXPECT_EQ(request_.messages[1].parts[2].url, "https://x/y.png");
  const std::vector<Part>& turn = request_.messages[2].parts;
  EXPECT_EQ(turn[0].text, "a\\n\\nb");
  EXPECT_EQ(turn[0].signature, "S");
  EXPECT_EQ(Plain(turn[2].arguments), R"({"x":1})");
  const std::vector<Part>& results = request_.messages[3].parts;
  EXPECT_EQ(results[0].name, "f");
  EXPECT_EQ(results[1].id, "c2");
  EXPECT_EQ(results[1].parts[0].text, "2");
  EXPECT_EQ(request_.messages[4].parts[0].data, "E");
  EXPECT_EQ(Dropped(), "");
}

TEST_F(ResponsesRequest, WhatIsWrittenAndReadAgainMeansTheSame) {
  const char* const kInput = R"("input":[
    {"role":"user","content":[{"type":"input_text","text":"q"},
      {"type":"input_image","image_url":"data:image/png;base64,QUJD"}]},
    {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"r"}],
     "encrypted_content":"S"},
    {"role":"assistant","content":[{"type":"refusal","refusal":"no"}]},
    {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
    {"type":"function_call_output","call_id":"c1","output":"1"}],
    "tools":[{"type":"function","name":"f","description":"d","strict":true,
              "parameters":{"type":"object"}}],
    "tool_choice":{"type":"function","name":"f"},"temperature":0.5,"max_output_tokens":7,
    "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},
            "verbosity":"low"},
    "reasoning":{"effort":"high","summary":"auto"},"truncation":"auto",
    "include":["message.output_text.logprobs","reasoning.encrypted_content"],"top_logprobs":2)";
  EXPECT_FALSE(Read(kInput));
  // How reasoning is shown: in the open.
  EXPECT_EQ(Dropped(), "reasoning.summary include[reasoning.encrypted_content] ");
  const std::string once = Write();
  EXPECT_TRUE(written_.dropped.empty());
  NeutralRequest again;
  EXPECT_FALSE(kCodec.read_request(once, &again));
  EXPECT_EQ(again.dropped, request_.dropped);
  EXPECT_EQ(kCodec.write_request(again, {engine::kUnknown, "theirs"}).body, once);
  for (const char* const part :
       {R"("refusal":"no")", R"("encrypted_content":"S")", R"("text":"r")", R"("strict":true)",
        R"("tool_choice":{"type":"function","name":"f"})", R"("max_output_tokens":7)",
        R"("verbosity":"low")", R"("effort":"high")", R"("truncation":"auto")",
        R"("image_url":"data:image/png;base64,QUJD")", R"("message.output_text.logprobs")",
        R"("schema":{"type":"object"})", R"("temperature":0.5)", R"("top_logprobs":2)"})
    EXPECT_NE(once.find(part), once.npos) << part;
}

TEST_F(ResponsesRequest, WhatHasNoNeutralFormIsDroppedByItsName) {
  EXPECT_FALSE(Read(R"("input":[{"type":"item_reference","id":"x"},{"id":"x"},
      {"type":"custom_tool_call","name":"apply_patch","input":"x","call_id":"c"},
      {"role":"user","content":[{"type":"input_file","file_id":"f"},
        {"type":"input_image","file_id":"f"}]}, 7],
    "tools":[{"type":"web_search"},{"type":"custom","name":"apply_patch"},{"type":"local_shell"},
             {"type":"function","name":"f"}],
    "include":["file_search_call.results","reasoning.encrypted_content"],
    "store":true,"max_tool_calls":3,"client_metadata":{"a":"b"},"reasoning":{"mode":"pro"},
    "conversation":null,"previous_response_id":null,"background":false)"));
  EXPECT_EQ(Dropped(),
            "tools[web_search] tools[custom:apply_patch] tools[local_shell] "
            "include[file_search_call.results] include[reasoning.encrypted_content] store "
            "max_tool_calls client_metadata "
            "reasoning.mode input[item_reference] input[custom_tool_call] "
            "input[].content[input_file] input[].content[input_image].file_id input[] ");
  EXPECT_EQ(request_.tools.size(), 1u);
}

TEST_F(ResponsesRequest, WhatSaysNothingIsNotNamed) {
  EXPECT_FALSE(Read(R"("input":"x","store":false,"stream_options":{"include_obfuscation":false},
    "service_tier":"auto","truncation":"disabled","top_logprobs":0,"text":null,"tools":[],
    "tool_choice":"auto","text":{"format":{"type":"text"}},"user":null)"));
  EXPECT_EQ(Dropped(), "");
  EXPECT_TRUE(request_.settings.empty());
}

TEST_F(ResponsesRequest, StateThatTheTranslationWouldLoseIsRefused) {
  for (const char* const member :
       {R"("previous_response_id":"resp_1")", R"("conversation":{"id":"c"})",
        R"("background":true)", R"("prompt":{"id":"p"})"}) {
    NeutralRequest request;
    const std::string body = R"({"input":"x",)" + std::string(member) + "}";
    EXPECT_TRUE(kCodec.read_request(body, &request)) << member;
  }
}

TEST_F(ResponsesRequest, OneThatCannotBeReadToItsEndIsRefused) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::string body = R"({"metadata":)" + deep + R"(,"input":"x"})";
  EXPECT_TRUE(kCodec.read_request(body, &request_));
}

TEST_F(ResponsesRequest, AChoiceThatDemandsADroppedToolIsRefused) {
  for (const char* const choice :
       {R"("required")", R"({"type":"web_search"})", R"({"type":"custom","name":"p"})",
        R"({"type":"allowed_tools","mode":"required","tools":[{"type":"web_search"}]})"}) {
    NeutralRequest request;
    const std::string body =
        R"({"tool_choice":)" + std::string(choice) + R"(,"tools":[{"type":"web_search"}]})";
    if (kCodec.read_request(body, &request)) continue;
    EXPECT_TRUE(kCodec.write_request(request, {engine::kUnknown, "m"}).refused) << choice;
  }
}

TEST_F(ResponsesRequest, AllowedToolsLeavesOutTheOthers) {
  EXPECT_FALSE(Read(R"("tool_choice":{"type":"allowed_tools","mode":"required",
      "tools":[{"type":"function","name":"g"}]},
    "tools":[{"type":"function","name":"f"},{"type":"function","name":"g"}])"));
  ASSERT_EQ(request_.tools.size(), 1u);
  EXPECT_EQ(request_.tools[0].name, "g");
  EXPECT_EQ(request_.tool_choice.kind, ToolChoice::Kind::kRequired);
}

TEST_F(ResponsesRequest, AnUnknownServerGetsNoExtensions_AndAnEngineWhatItKnows) {
  EXPECT_FALSE(Read(R"("input":"x","top_k":5,"stop":["a"],"seed":1)"));
  EXPECT_EQ(Write(engine::kUnknown).find("top_k"), std::string::npos);
  EXPECT_EQ(written_.dropped, (std::vector<std::string>{"stop", "top_k", "seed"}));
  EXPECT_NE(Write(engine::kLlamaCpp).find(R"("stop":["a"],"top_k":5,"seed":1)"), std::string::npos);
  EXPECT_TRUE(written_.dropped.empty());
}

TEST_F(ResponsesRequest, WrongTypesAnywhereNeitherCrashNorBreakTheJson) {
  for (const char* const wrong :
       {"7", R"("\ud800")", "[]", "{}", "[[[[7]]]]", R"([{"type":7}])", R"({"type":[]})", "true",
        R"([{"role":7,"content":7}])", R"([{"role":"user","content":[7,{"type":"input_text"}]}])",
        R"([{"type":"function_call"},{"type":"function_call_output"}])"}) {
    for (const char* const member :
         {"model", "input", "instructions", "tools", "tool_choice", "text", "reasoning", "include",
          "store", "stream", "truncation", "stop", "top_logprobs", "service_tier", "metadata"}) {
      NeutralRequest request;
      const std::string body = "{\"" + std::string(member) + "\":" + wrong + "}";
      if (kCodec.read_request(body, &request)) continue;
      const WrittenRequest written = kCodec.write_request(request, {engine::kUnknown, "m"});
      EXPECT_TRUE(written.refused || json::IsJson(written.body)) << body << written.body;
    }
  }
}

}  // namespace
}  // namespace banto::api::openai
