// wire-compatibility.md §4.3.
#include <gtest/gtest.h>

#include <string>

#include "packaging_kit.h"
#include "proxy/api/ollama/packaging.h"

namespace banto::api::ollama {
namespace {

TEST(OllamaPackagingWhole, TextsJoinCallsAreAppendedAndTheLastLineCounts) {
  EXPECT_EQ(
      Told(kPackager.whole(Lines(
          {R"({"model":"m","created_at":"1","message":{"role":"assistant","content":"","thinking":"h"},"done":false})",
           R"({"model":"m","created_at":"2","message":{"role":"assistant","content":"","thinking":"m"},"done":false})",
           R"({"model":"m","created_at":"3","message":{"role":"assistant","content":"a"},"done":false,"logprobs":[1]})",
           R"({"model":"m","created_at":"4","message":{"role":"assistant","content":"","tool_calls":[{"id":"x","function":{"index":0,"arguments":{"n":1.0}}}]},"done":false,"logprobs":[2]})",
           R"({"model":"m","created_at":"5","message":{"role":"assistant","content":"","tool_calls":[{"id":"y"}]},"done":false})",
           R"({"model":"m","created_at":"6","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":3})"}))),
      R"({"model":"m","created_at":"6","message":{"role":"assistant","content":"a","thinking":"hm",)"
      R"("tool_calls":[{"id":"x","function":{"index":0,"arguments":{"n":1.0}}},{"id":"y"}]},)"
      R"("done":true,"logprobs":[1,2],"done_reason":"stop","eval_count":3})");
  EXPECT_EQ(Told(kPackager.whole(Lines(
                {R"({"model":"m","response":"a","done":false})",
                 R"({"model":"m","response":"b","done":true,"context":[1,2],"eval_count":2})"}))),
            R"({"model":"m","response":"ab","done":true,"context":[1,2],"eval_count":2})");
}

TEST(OllamaPackagingStream, ThoughtsTextCallsEnd) {
  const std::string begin = R"({"model":"m","created_at":"1","message":{"role":"assistant",)";
  EXPECT_EQ(
      Told(kPackager.stream(
          R"({"model":"m","created_at":"1","message":{"role":"assistant","content":"a b","thinking":"h","tool_calls":[{"id":"x"}],"mood":1},"done":true,"done_reason":"stop","logprobs":[1],"eval_count":3})")),
      Lines(
          {begin + R"("content":"","thinking":"h"},"done":false})",
           begin + R"("content":"a b"},"done":false,"logprobs":[1]})",
           begin + R"("content":"","tool_calls":[{"id":"x"}]},"done":false})",
           begin + R"("content":"","mood":1},"done":true,"done_reason":"stop","eval_count":3})"}));
  EXPECT_EQ(
      Told(kPackager.stream(
          R"({"model":"m","created_at":"1","response":"a","thinking":"h","done":true,"context":[1]})")),
      Lines({R"({"model":"m","created_at":"1","response":"","thinking":"h","done":false})",
             R"({"model":"m","created_at":"1","response":"a","done":false})",
             R"({"model":"m","created_at":"1","response":"","done":true,"context":[1]})"}));
}

TEST(OllamaPackaging, WhatIsNoWholeAnswerIsNotTold) {
  EXPECT_FALSE(kPackager.stream(R"({"model":"m","response":"a","done":false})"));
  EXPECT_FALSE(kPackager.stream(R"({"model":"m","done":true})"));
  EXPECT_FALSE(kPackager.stream(R"({"model":)"));
  EXPECT_FALSE(kPackager.whole(""));
  EXPECT_FALSE(kPackager.whole("not JSON\n"));
}

}  // namespace
}  // namespace banto::api::ollama
