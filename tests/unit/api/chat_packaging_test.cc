// wire-compatibility.md §4.2, member by member.
#include <gtest/gtest.h>

#include <string>

#include "packaging_kit.h"
#include "proxy/api/openai/packaging.h"

namespace banto::api::openai {
namespace {

constexpr std::string_view kUsage = R"({"id":"c","choices":[],"usage":{"total_tokens":3}})";

std::string Whole(std::initializer_list<std::string_view> deltas) {
  std::string frames;
  for (const std::string_view delta : deltas) {
    frames += Sse({R"({"id":"c","choices":[{"index":0,"delta":)" + std::string(delta) + "}]}"});
  }
  frames += Sse({R"({"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})", kUsage,
                 "[DONE]"});
  return Told(kChatPackager.whole(frames));
}

// The whole with this message.
std::string With(std::string_view message) {
  return R"({"id":"c","choices":[{"index":0,"message":)" + std::string(message) +
         R"(,"finish_reason":"stop"}],"usage":{"total_tokens":3},"object":"chat.completion"})";
}

TEST(ChatPackagingWhole, TextsAreJoined) {
  EXPECT_EQ(
      Whole({R"({"role":"assistant","content":""})", R"({"content":"a"})", R"({"content":"b"})"}),
      With(R"({"role":"assistant","content":"ab"})"));
  EXPECT_EQ(Whole({R"({"role":"assistant","content":null})", R"({"reasoning_content":"h"})",
                   R"({"reasoning_content":"m"})", R"({"content":"a"})"}),
            With(R"({"role":"assistant","content":"a","reasoning_content":"hm"})"));
  EXPECT_EQ(Whole({R"({"role":"assistant","content":"","refusal":null})", R"({"refusal":"n"})",
                   R"({"refusal":"o"})"}),
            With(R"({"role":"assistant","content":"","refusal":"no"})"));
}

TEST(ChatPackagingWhole, ContentIsNullIfNeverThereOrBesideCalls) {
  EXPECT_EQ(Whole({R"({"role":"assistant"})"}), With(R"({"role":"assistant","content":null})"));
  EXPECT_EQ(Whole({R"({"content":"a"})"}), With(R"({"role":"assistant","content":"a"})"));
  EXPECT_EQ(Whole({R"({"role":"assistant","content":""})",
                   R"({"tool_calls":[{"index":0,"id":"x","function":{"name":"f"}}]})"}),
            With(R"({"role":"assistant","content":null,)"
                 R"("tool_calls":[{"id":"x","function":{"name":"f"}}]})"));
}

TEST(ChatPackagingWhole, CallsAreGroupedByIndexAndLoseIt) {
  EXPECT_EQ(
      Whole({R"({"role":"assistant","content":null})",
             R"({"tool_calls":[{"index":0,"id":"x","type":"function",)"
             R"("function":{"name":"f","arguments":""}}]})",
             R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]})",
             R"({"tool_calls":[{"index":1,"id":"y","type":"function",)"
             R"("function":{"name":"g","arguments":"{}"}}]})",
             R"({"tool_calls":[{"index":0,"id":"","function":{"name":null,"arguments":":1}"}}]})"}),
      With(R"({"role":"assistant","content":null,"tool_calls":[)"
           R"({"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
           R"({"id":"y","type":"function","function":{"name":"g","arguments":"{}"}}]})"));
}

TEST(ChatPackagingWhole, UnknownMembersAreKept) {
  EXPECT_EQ(Whole({R"({"role":"assistant","content":"a","mood":"go"})",
                   R"({"mood":"od","details":[{"index":0,"text":"x"}]})",
                   R"({"details":[{"index":0,"text":"y"}]})"}),
            With(R"({"role":"assistant","content":"a","mood":"good",)"
                 R"("details":[{"index":0,"text":"xy"}]})"));
  EXPECT_EQ(Told(kChatPackager.whole(
                Sse({R"({"id":"c","object":"chat.completion.chunk","created":7,"model":"m","x":1,)"
                     R"("obfuscation":"r","choices":[{"index":0,"delta":{"role":"assistant"},)"
                     R"("logprobs":null,"finish_reason":null,"token_ids":[1]}],"usage":null})",
                     R"({"id":"c","choices":[{"index":0,"delta":{"content":"a"},"stop_reason":5,)"
                     R"("finish_reason":"stop","token_ids":[2,3]}],"timings":{"n":1}})",
                     R"({"id":"c","choices":[],"usage":{"n":1.50},"x":2,"timings":{"n":2}})"}))),
            R"({"id":"c","object":"chat.completion","created":7,"model":"m","x":2,"choices":[)"
            R"({"index":0,"message":{"role":"assistant","content":"a"},"logprobs":null,)"
            R"("finish_reason":"stop","token_ids":[1,2,3],"stop_reason":5}],"usage":{"n":1.50},)"
            R"("timings":{"n":2}})");
}

TEST(ChatPackagingWhole, LogprobsAreJoinedPerChoice) {
  EXPECT_EQ(
      Told(kChatPackager.whole(
          Sse({R"({"choices":[{"index":1,"delta":{"role":"assistant","content":"b"},)"
               R"("logprobs":{"content":[{"token":"b","logprob":-0.10}],"refusal":null}}]})",
               R"({"choices":[{"index":0,"delta":{"role":"assistant","content":"a"},)"
               R"("logprobs":{"content":[{"token":"a"}]},"finish_reason":"stop"}]})",
               R"({"choices":[{"index":1,"delta":{"content":"c"},)"
               R"("logprobs":{"content":[{"token":"c"}]},"finish_reason":"length"}]})",
               R"({"choices":[],"usage":{"n":1}})"}))),
      R"({"choices":[{"index":0,"message":{"role":"assistant","content":"a"},)"
      R"("logprobs":{"content":[{"token":"a"}]},"finish_reason":"stop"},)"
      R"({"index":1,"message":{"role":"assistant","content":"bc"},)"
      R"("logprobs":{"content":[{"token":"b","logprob":-0.10},{"token":"c"}],"refusal":null},)"
      R"("finish_reason":"length"}],"usage":{"n":1},"object":"chat.completion"})");
}

TEST(ChatPackagingWhole, ANameInPiecesIsJoined_AndOneToldAgainIsNot) {
  const auto call = [](std::string_view name) {
    return R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":")" +
           std::string(name) + R"("}}]}}]})";
  };
  const auto whole = [&](std::string_view first, std::string_view then) {
    return kChatPackager.whole(Sse({call(first), call(then), kUsage, "[DONE]"})).value_or("");
  };
  EXPECT_NE(whole("wea", "ther").find(R"("name":"weather")"), std::string::npos);
  EXPECT_NE(whole("look", "look").find(R"("name":"look")"), std::string::npos);
}

TEST(ChatPackagingWhole, SoundIsNotTold) {
  const std::string told = R"({"choices":[{"index":0,"delta":{"content":"a"}}]})";
  EXPECT_TRUE(kChatPackager.whole(Sse({told, kUsage, "[DONE]"})));
  const std::string sound = R"({"choices":[{"index":0,"delta":{"audio":{"data":"AA=="}}}]})";
  EXPECT_FALSE(kChatPackager.whole(Sse({sound, kUsage})));
  EXPECT_FALSE(kChatPackager.whole(Sse({told, "not JSON", kUsage})));
  EXPECT_FALSE(kChatPackager.whole(Sse({told, kUsage}) + "data: {"));
  EXPECT_FALSE(kChatPackager.whole(Sse({kUsage})));
}

std::string Stream(std::string_view choices, std::string_view rest = "") {
  return Told(
      kChatPackager.stream(R"({"id":"c","object":"chat.completion","created":7,"choices":[)" +
                           std::string(choices) + "]" + std::string(rest) + "}"));
}

std::string Chunk(std::string_view choice) {
  return R"({"object":"chat.completion.chunk","id":"c","created":7,"choices":[)" +
         std::string(choice) + "]}";
}

TEST(ChatPackagingStream, RoleThoughtsContentEndUsage) {
  EXPECT_EQ(Stream(R"({"index":0,"message":{"role":"assistant","reasoning":"hm","content":"a b",)"
                   R"("tool_calls":[],"mood":{"x":1}},"logprobs":{"content":[1]},)"
                   R"("finish_reason":"stop","stop_reason":null})",
                   R"(,"usage":{"n":1})"),
            Sse({Chunk(R"({"index":0,"delta":{"role":"assistant","tool_calls":[],"mood":{"x":1},)"
                       R"("content":""},"finish_reason":null})"),
                 Chunk(R"({"index":0,"delta":{"reasoning":"hm"},"finish_reason":null})"),
                 Chunk(R"({"index":0,"delta":{"content":"a b"},"logprobs":{"content":[1]},)"
                       R"("finish_reason":null})"),
                 Chunk(R"({"index":0,"delta":{},"stop_reason":null,"finish_reason":"stop"})"),
                 R"({"object":"chat.completion.chunk","id":"c","created":7,"choices":[],)"
                 R"("usage":{"n":1}})",
                 "[DONE]"}));
}

TEST(ChatPackagingStream, CallsAreNamedAndThenArgued) {
  EXPECT_EQ(
      Stream(R"({"finish_reason":"tool_calls","index":1,"message":{"role":"assistant",)"
             R"("content":null,"tool_calls":[{"id":"x","type":"function","extra":1,)"
             R"("function":{"name":"f","arguments":"{\"a\":1}"}}]}})"),
      Sse({Chunk(R"({"index":1,"delta":{"role":"assistant","content":null},)"
                 R"("finish_reason":null})"),
           Chunk(R"({"index":1,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function",)"
                 R"("extra":1,"function":{"name":"f","arguments":""}}]},"finish_reason":null})"),
           Chunk(R"({"index":1,"delta":{"tool_calls":[{"index":0,)"
                 R"("function":{"arguments":"{\"a\":1}"}}]},"finish_reason":null})"),
           Chunk(R"({"index":1,"delta":{},"finish_reason":"tool_calls"})"), "[DONE]"}));
}

TEST(ChatPackagingStream, WhatNoStreamCanSayIsNotTold) {
  const std::string choice = R"({"index":0,"message":{"role":"assistant","content":"a"},)"
                             R"("finish_reason":"stop")";
  const std::string none = "(cannot be told)";
  EXPECT_NE(Stream(choice + R"(,"prompt_logprobs":null})", R"(,"prompt_logprobs":null)"), none);
  EXPECT_EQ(Stream(choice + "}", R"(,"prompt_logprobs":[null,{"1":{"logprob":0}}])"), none);
  EXPECT_EQ(Stream(R"({"index":0,"message":{"content":null,"audio":{"id":"x"}},)"
                   R"("finish_reason":"stop"})"),
            none);
  EXPECT_EQ(Stream(R"({"index":0,"message":{"content":"a"},"finish_reason":null})"), none);
  EXPECT_EQ(Stream(R"({"index":0,"finish_reason":"stop"})"), none);
  EXPECT_FALSE(kChatPackager.stream(R"({"id":"c"})"));
  EXPECT_FALSE(kChatPackager.stream(R"({"choices":[)"));
}

TEST(ChatPackagingStream, ALongTextIsCutBehindSpaces) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += R"(\\ é\u0020x )";
  const std::string whole = With(R"({"role":"assistant","content":")" + text + R"("})");
  const std::string frames = Told(kChatPackager.stream(whole));
  for (size_t at = 0; at < frames.size();) {
    const size_t end = frames.find("\n\n", at);
    EXPECT_LT(end - at, 20'000u);
    at = end + 2;
  }
  EXPECT_EQ(Meaning(Told(kChatPackager.whole(frames))), Meaning(whole));
}

TEST(ChatPackagingStream, APrettyWholeBecomesFramesOfOneLine) {
  const std::string frames = Stream(
      "{\"index\":0,\n\"message\":{\"role\":\"assistant\",\n \"content\":\"a\",\"x\":{\n}},"
      "\"finish_reason\":\"stop\"}",
      ",\"usage\":{\n\"n\":1}");
  EXPECT_EQ(frames.find("\n \""), std::string::npos);
  EXPECT_TRUE(kChatPackager.whole(frames));
}

}  // namespace
}  // namespace banto::api::openai
