#include <gtest/gtest.h>

#include <string>

#include "packaging_kit.h"
#include "proxy/api/openai/packaging.h"

namespace banto::api::openai {
namespace {

TEST(CompletionPackagingWhole, TextsAndLogprobsAreJoinedByIndex) {
  EXPECT_EQ(Told(kCompletionsPackager.whole(
                Sse({R"({"id":"c","object":"text_completion","choices":[{"index":1,"text":"x",)"
                     R"("logprobs":{"tokens":["x"],"token_logprobs":[null],"text_offset":[0],)"
                     R"("top_logprobs":[{"index":0}]},"finish_reason":null}]})",
                     R"({"id":"c","choices":[{"index":0,"text":"a","logprobs":null,)"
                     R"("finish_reason":"stop"}]})",
                     R"({"id":"c","choices":[{"index":1,"text":"y","logprobs":{"tokens":["y"],)"
                     R"("token_logprobs":[-1.0],"text_offset":[1],"top_logprobs":[{"index":0}]},)"
                     R"("finish_reason":"length"}],"usage":{"n":3}})",
                     "[DONE]"}))),
            R"({"id":"c","object":"text_completion","choices":[)"
            R"({"index":0,"text":"a","logprobs":null,"finish_reason":"stop"},)"
            R"({"index":1,"text":"xy","logprobs":{"tokens":["x","y"],)"
            R"("token_logprobs":[null,-1.0],"text_offset":[0,1],)"
            R"("top_logprobs":[{"index":0},{"index":0}]},"finish_reason":"length"}],)"
            R"("usage":{"n":3}})");
}

TEST(CompletionPackagingStream, TextEndUsage) {
  const auto chunk = [](std::string_view choice) {
    return R"({"object":"text_completion","id":"c","choices":[)" + std::string(choice) + "]}";
  };
  EXPECT_EQ(
      Told(kCompletionsPackager.stream(
          R"({"id":"c","object":"text_completion","choices":[{"text":"a b","index":0,)"
          R"("logprobs":{"tokens":["a b"]},"finish_reason":"stop","stop_reason":7,)"
          R"("prompt_logprobs":null},{"text":"","index":1,"finish_reason":"length"}],)"
          R"("usage":{"n":1}})")),
      Sse({chunk(R"({"index":0,"text":"a b","logprobs":{"tokens":["a b"]},)"
                 R"("finish_reason":null})"),
           chunk(R"({"index":0,"text":"","stop_reason":7,"finish_reason":"stop"})"),
           chunk(R"({"index":1,"text":"","finish_reason":null})"),
           chunk(R"({"index":1,"text":"","finish_reason":"length"})"),
           R"({"object":"text_completion","id":"c","choices":[],"usage":{"n":1}})", "[DONE]"}));
}

TEST(CompletionPackagingStream, WhatNoStreamCanSayIsNotTold) {
  const auto stream = [](std::string_view members) {
    return kCompletionsPackager.stream(R"({"choices":[{"index":0,"text":"a")" +
                                       std::string(members) + "}]}");
  };
  EXPECT_TRUE(stream(R"(,"finish_reason":"stop")"));
  EXPECT_FALSE(stream(R"(,"finish_reason":"stop","prompt_logprobs":[null])"));
  EXPECT_FALSE(stream(R"(,"finish_reason":null)"));
}

}  // namespace
}  // namespace banto::api::openai
