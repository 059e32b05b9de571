// Requests to chat completions, read and written again for each kind of worker.
#include <gtest/gtest.h>

#include <string>

#include "openai_codec_kit.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

std::string Chat(const std::string& members, Engines engines = engine::kVllm) {
  return Rewritten(kChatCodec, R"({"model":"x",)" + members + "}", engines);
}
// The messages alone.
std::string Messages(const std::string& messages, Engines engines = engine::kVllm) {
  std::string body = Chat(R"("messages":[)" + messages + "]", engines);
  const std::string before = R"({"model":"m","messages":[)";
  EXPECT_EQ(body.substr(0, before.size()), before);
  body.erase(0, before.size());
  return body;
}
// What follows the messages.
std::string Rest(const std::string& members, Engines engines = engine::kVllm) {
  const std::string body = Chat(R"("messages":[],)" + members, engines);
  const std::string before = R"({"model":"m","messages":[])";
  return body.starts_with(before) ? body.substr(before.size()) : body;
}

TEST(ChatRequestCodec, TextsOfEachRolePassUndecoded) {
  const std::string messages = R"({"role":"system","content":"a\u00e9"},)"
                               R"({"role":"user","name":"ann","content":"\ud83d\ude00 \"hi\""},)"
                               R"({"role":"assistant","content":"yes"})";
  EXPECT_EQ(Messages(messages), messages + "]}");
}

// Templates of Qwen fail where a system's message is not the first one and the only one.
TEST(ChatRequestCodec, SystemsAndDevelopersAreOneMessageAtTheStartToEngines) {
  const std::string several =
      R"({"role":"system","content":"a"},{"role":"developer","content":"b"},)"
      R"({"role":"user","content":"hi"},{"role":"system","content":"c"})";
  EXPECT_EQ(Messages(several),
            R"({"role":"system","content":"a\nb\nc"},{"role":"user","content":"hi"}]})");
  EXPECT_EQ(Messages(R"({"role":"user","content":"hi"},{"role":"system","content":"c"})"),
            R"({"role":"system","content":"c"},{"role":"user","content":"hi"}]})");
  EXPECT_EQ(Messages(several, engine::kUnknown), several + "]}");
}

TEST(ChatRequestCodec, DevelopersAreSystemsToEngines) {
  const std::string developer = R"({"role":"developer","content":"be"})";
  EXPECT_EQ(Messages(developer), R"({"role":"system","content":"be"}]})");
  EXPECT_EQ(Messages(developer, engine::kUnknown), developer + "]}");
}

// Only text has a place in a tool's result.
TEST(ChatRequestCodec, WhatToolsHaveShownIsSaidByTheUserAfterTheResultsThatBelongTogether) {
  const std::string image = R"({"type":"image_url","image_url":{"url":"https://x/y.png"}})";
  const auto shows = [&image](const std::string& id) {
    return R"({"role":"tool","tool_call_id":")" + id +
           R"(","content":[{"type":"text","text":"a"},)" + image + "]}";
  };
  const std::string one = R"({"role":"tool","tool_call_id":"1","content":"a"},)";
  const std::string two = R"({"role":"tool","tool_call_id":"2","content":"a"},)";
  const std::string both = R"({"role":"user","content":[)" + image + "," + image;
  EXPECT_EQ(Messages(shows("1") + "," + shows("2")), one + two + both + "]}]}");
  EXPECT_EQ(Messages(shows("1") + "," + shows("2") + R"(,{"role":"user","content":"b"})"),
            one + two + both + R"(,{"type":"text","text":"b"}]}]})");
  const std::string assistant = R"({"role":"assistant","content":"c"})";
  EXPECT_EQ(Messages(shows("1") + "," + shows("2") + "," + assistant),
            one + two + both + "]}," + assistant + "]}");
}

TEST(ChatRequestCodec, PartsOfTextAreOneText_AndImagesStayParts) {
  EXPECT_EQ(Messages(R"({"role":"user","content":[{"type":"text","text":"a"},)"
                     R"({"type":"text","text":"b"}]})"),
            R"({"role":"user","content":"a\nb"}]})");
  const std::string images =
      R"({"role":"user","content":[{"type":"text","text":"a"},)"
      R"({"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw==","detail":"low"}},)"
      R"({"type":"image_url","image_url":{"url":"https://x/y.png"}}]})";
  EXPECT_EQ(Messages(images), images + "]}");
  // Ollama fetches nothing.
  EXPECT_NE(Messages(images, engine::kOllama).find("|| messages[].content[image_url] "),
            std::string::npos);
  NeutralRequest request;
  const std::string escaped =
      R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":)"
      R"({"url":"data:image\/jpeg;x=y;base64,\/9j\/"}}]}]})";
  kChatCodec.read_request(escaped, &request);
  ASSERT_EQ(request.messages.size(), 1u);
  EXPECT_EQ(request.messages[0].parts[0].media_type, "image/jpeg");
  EXPECT_EQ(request.messages[0].parts[0].data, "/9j/");
}

TEST(ChatRequestCodec, CallsAndTheirResultsPass) {
  const std::string turn =
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",)"
      R"("function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c2","type":"function",)"
      R"("function":{"name":"g","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"c1","content":"one"},)"
      R"({"role":"tool","tool_call_id":"c2","content":""})";
  EXPECT_EQ(Messages(turn), turn + "]}");
}

TEST(ChatRequestCodec, ArgumentsThatAreNoObjectArePutIntoOne) {
  const auto arguments = [](const std::string& raw) {
    const std::string body = Messages(
        R"({"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":)" + raw +
        "}}]}");
    const size_t at = body.find(R"("arguments":)") + 12;
    return body.substr(at, body.rfind("}}]}]}") - at);
  };
  EXPECT_EQ(arguments(R"("")"), R"("{}")");
  EXPECT_EQ(arguments(R"("{\"x\"")"), R"("{\"arguments\":\"{\\\"x\\\"\"}")");
  EXPECT_EQ(arguments(R"("[1]")"), R"("{\"arguments\":\"[1]\"}")");
  EXPECT_EQ(arguments(R"({"x":1})"), R"("{\"x\":1}")");
}

TEST(ChatRequestCodec, EarlierReasoningGoesBackToTheEnginesWhoseTemplatesTakeIt) {
  const std::string turn = R"({"role":"assistant","reasoning_content":"hm","content":"yes"})";
  EXPECT_EQ(Messages(turn), turn + "]}");
  EXPECT_EQ(Messages(R"({"role":"assistant","reasoning":"hm","content":"yes"})"), turn + "]}");
  EXPECT_EQ(Messages(turn, engine::kOllama),
            R"({"role":"assistant","content":"yes"}]} || messages[].content[reasoning] )");
}

TEST(ChatRequestCodec, FunctionsOfTheOldApiAreTools) {
  EXPECT_EQ(
      Chat(R"("messages":[{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},)"
           R"({"role":"function","name":"f","content":"1"}],)"
           R"("functions":[{"name":"f","parameters":{"type":"object"}}],)"
           R"("function_call":{"name":"f"})"),
      R"({"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1",)"
      R"("type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"call_1","name":"f","content":"1"}],)"
      R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],)"
      R"("tool_choice":{"type":"function","function":{"name":"f"}}})");
}

constexpr const char* kTools =
    R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":)"
    R"({"type":"object"},"strict":true}},{"type":"function","function":{"name":"g"}}])";

TEST(ChatRequestCodec, ToolsPass_AndTheChoiceAmongThem) {
  const std::string written =
      R"(,"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":)"
      R"({"type":"object"},"strict":true}},{"type":"function","function":{"name":"g",)"
      R"("parameters":{"type":"object","properties":{}}}}])";
  EXPECT_EQ(Rest(kTools), written + "}");
  for (const std::string choice : {R"("auto")", R"("none")", R"("required")",
                                   R"({"type":"function","function":{"name":"g"}})"}) {
    const std::string member = R"("tool_choice":)" + choice;
    EXPECT_EQ(Rest(kTools + ("," + member)), written + "," + member + "}");
  }
  // Without tools a choice is an error, and so is parallel_tool_calls.
  EXPECT_EQ(Rest(R"("tool_choice":"auto","parallel_tool_calls":false)"), "}");
}

TEST(ChatRequestCodec, ToLlamaCppANamedToolIsTheOnlyOne) {
  EXPECT_EQ(Rest(kTools + std::string(R"(,"tool_choice":{"type":"function","function":)"
                                      R"({"name":"g"}})"),
                 engine::kLlamaCpp),
            R"(,"tools":[{"type":"function","function":{"name":"g","parameters":)"
            R"({"type":"object","properties":{}}}}],"tool_choice":"required"})");
}

TEST(ChatRequestCodec, AllowedToolsAreTheOnlyOnes) {
  const std::string body =
      Rest(kTools + std::string(R"(,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":)"
                                R"("required","tools":[{"type":"function","function":)"
                                R"({"name":"g"}}]}})"));
  EXPECT_EQ(body.find(R"("name":"f")"), std::string::npos);
  EXPECT_NE(body.find(R"("tool_choice":"required")"), std::string::npos);
}

TEST(ChatRequestCodec, ToolsOfOtherKindsAreDropped_UnlessOneIsDemanded) {
  const std::string custom = R"("tools":[{"type":"custom","custom":{"name":"c"}}])";
  EXPECT_EQ(Rest(custom), "} | tools[custom] ");
  EXPECT_EQ(Rest(custom + R"(,"tool_choice":"required")").substr(0, 16), "400 tool_choice ");
  EXPECT_EQ(
      Rest(custom + R"(,"tool_choice":{"type":"custom","custom":{"name":"c"}})").substr(0, 16),
      "400 tool_choice ");
  EXPECT_EQ(Rest(R"("tool_choice":"required")").substr(0, 16), "400 tool_choice ");
}

TEST(ChatRequestCodec, FormatsOfAnswersPass) {
  for (const std::string format :
       {R"("response_format":{"type":"json_object"})",
        R"("response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d",)"
        R"("schema":{"type":"object"},"strict":true}})"}) {
    EXPECT_EQ(Rest(format), "," + format + "}");
  }
  EXPECT_EQ(Rest(R"("response_format":{"type":"text"})"), "}");
  EXPECT_EQ(Rest(R"("response_format":{"type":"json_object","schema":{}})"),
            R"(,"response_format":{"type":"json_schema","json_schema":{"name":"answer",)"
            R"("schema":{}}}})");
  EXPECT_EQ(Rest(R"("response_format":{"type":"grammar"})"), "} | response_format ");
}

TEST(ChatRequestCodec, WishesForReasoningAreSaidInTheWorkersWords) {
  EXPECT_EQ(Rest(R"("reasoning_effort":"high")"), R"(,"reasoning_effort":"high"})");
  EXPECT_EQ(Rest(R"("reasoning_effort":"high")", engine::kTgi), "} || reasoning_effort ");
  const std::string off = R"(,"chat_template_kwargs":{"enable_thinking":false}})";
  EXPECT_EQ(Rest(R"("reasoning_effort":"none")"), off);
  EXPECT_EQ(Rest(off.substr(1, off.size() - 2), engine::kLlamaCpp), off);
  EXPECT_EQ(Rest(off.substr(1, off.size() - 2), engine::kUnknown), "} || reasoning ");
  EXPECT_EQ(Rest(R"("reasoning_effort":"none")", engine::kUnknown),
            R"(,"reasoning_effort":"none"})");
  EXPECT_EQ(Rest(R"("chat_template_kwargs":{"enable_thinking":true,"x":1})"),
            R"(,"chat_template_kwargs":{"enable_thinking":true}} | chat_template_kwargs.x )");
}

TEST(ChatRequestCodec, SettingsPass_ExtensionsOnlyToEnginesThatHaveThem) {
  EXPECT_EQ(Rest(R"("stop":"a","temperature":0.5,"seed":null,"top_k":3,"max_tokens":9)"),
            R"(,"stop":["a"],"temperature":0.5,"top_k":3,"max_tokens":9})");
  EXPECT_EQ(Rest(R"("stop":["a","b"],"max_completion_tokens":9,"max_tokens":8)"),
            R"(,"stop":["a","b"],"max_tokens":9})");
  EXPECT_EQ(Rest(R"("max_tokens":9,"top_k":3)", engine::kUnknown),
            R"(,"max_completion_tokens":9} || top_k )");
  EXPECT_EQ(Rest(R"("repetition_penalty":1.1)", engine::kLlamaCpp), R"(,"repeat_penalty":1.1})");
}

TEST(ChatRequestCodec, AStreamAlwaysAsksForUsage) {
  EXPECT_EQ(Rest(R"("stream":true)"), R"(,"stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(Rest(R"("stream":false,"stream_options":{"include_usage":true})"), "}");
  NeutralRequest request;
  kChatCodec.read_request(R"({"stream":true,"stream_options":{"include_usage":true}})", &request);
  EXPECT_TRUE(request.include_usage);
}

TEST(ChatRequestCodec, WhatHasNoNeutralFormIsNamed_NoOpsAreNot) {
  EXPECT_EQ(Rest(R"("store":false,"modalities":["text"],"audio":null,"prediction":{"a":1},)"
                 R"("web_search_options":{},"store_it":true)"),
            "} | prediction web_search_options store_it ");
  EXPECT_EQ(Messages(R"({"role":"user","content":[{"type":"input_audio","input_audio":{}}],)"
                     R"("audio":{"id":"x"}})"),
            R"({"role":"user","content":""}]} | messages[].audio )"
            R"(messages[].content[input_audio] )");
}

TEST(ChatRequestCodec, WhatHasTheWrongTypeIsDropped_AndJsonStaysJson) {
  for (
      const char* members :
      {R"("messages":7)", R"("messages":[7,null,[],{"role":7},{"role":"user","content":7}])",
       R"("messages":[{"role":"assistant","tool_calls":[7,{},{"function":{}}]}])",
       R"("messages":[{"role":"assistant","tool_calls":7,"function_call":7}])",
       R"("messages":[{"role":"user","content":[7,{},{"type":"text","text":7},)"
       R"({"type":"image_url","image_url":7},{"type":"image_url","image_url":"\ud800"}]}])",
       R"("tools":7,"tool_choice":7,"functions":7,"function_call":[])",
       R"("tools":[7,{"function":7},{"function":{"name":7}},{"function":{"name":"f","parameters":7}}])",
       R"("response_format":7,"stop":7,"stream":7,"stream_options":7)",
       R"("stop":[7,""],"reasoning_effort":7,"chat_template_kwargs":7)",
       R"("messages":[{"role":"tool","tool_call_id":7,"content":{"a":1}},{"role":"function"}])"}) {
    SCOPED_TRACE(members);
    const std::string all = Chat(members);
    const std::string body = all.substr(0, all.find(" |"));
    EXPECT_TRUE(json::IsJson(body)) << all;
  }
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_EQ(Chat(R"("x":)" + deep).substr(0, 4), "400 ");
}

}  // namespace
}  // namespace banto::api::openai
