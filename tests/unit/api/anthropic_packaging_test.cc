// wire-compatibility.md §4.4.
#include <gtest/gtest.h>

#include <string>

#include "packaging_kit.h"
#include "proxy/api/anthropic/packaging.h"

namespace banto::api::anthropic {
namespace {

const char* const kWhole =
    R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[)"
    R"({"type":"thinking","thinking":"hm","signature":"s1"},)"
    R"({"type":"text","text":"a b","citations":[{"type":"char_location","n":1.0}]},)"
    R"({"type":"tool_use","id":"t1","name":"f","input":{"a":[1.50,"\n"]},"mood":1},)"
    R"({"type":"redacted_thinking","data":"x"}],"stop_reason":"tool_use","stop_sequence":null,)"
    R"("usage":{"input_tokens":5,"output_tokens":3},"extra":{"y":2}})";

TEST(AnthropicPackagingWhole, BlocksAreBuiltOfTheirDeltas) {
  EXPECT_EQ(
      Told(kPackager.whole(
          Events(
              {R"({"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":4,"output_tokens":0},"extra":{"y":2}}})",
               R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})",
               R"({"type":"ping"})",
               R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}})",
               R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}})",
               R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s1"}})",
               R"({"type":"content_block_stop","index":0})",
               R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}})",
               R"({"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"type":"char_location","n":1.0}}})",
               R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a "}})",
               R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"b"}})",
               R"({"type":"content_block_stop","index":1})",
               R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{},"mood":1}})",
               R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":[1.5"}})",
               R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"0,\"\\n\"]}"}})",
               R"({"type":"content_block_stop","index":2})",
               R"({"type":"content_block_start","index":3,"content_block":{"type":"redacted_thinking","data":"x"}})",
               R"({"type":"content_block_stop","index":3})",
               R"({"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"output_tokens":3}})",
               R"({"type":"message_stop"})"}) +
          "data: [DONE]\n\n")),
      Told(kPackager.whole(Told(kPackager.stream(kWhole)))));
  EXPECT_EQ(Meaning(Told(kPackager.whole(Told(kPackager.stream(kWhole))))), Meaning(kWhole));
}

TEST(AnthropicPackagingWhole, ToolsHaveAnInputHoweverTheyBegan) {
  const std::string before = R"({"type":"message_start","message":{"content":[]}})";
  const std::string begun =
      R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f"}})";
  const std::string piece =
      R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}})";
  const std::string stop = R"({"type":"message_stop"})";
  EXPECT_EQ(kPackager.whole(Events({before, begun, piece, stop})),
            R"({"content":[{"type":"tool_use","name":"f","input":{"a":1}}]})");
  EXPECT_EQ(kPackager.whole(Events({before, begun, stop})),
            R"({"content":[{"type":"tool_use","name":"f","input":{}}]})");
}

TEST(AnthropicPackagingStream, EachBlockBeginsEmpty) {
  EXPECT_EQ(
      Told(kPackager.stream(
          R"({"id":"1","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{"n":1}})")),
      Events(
          {R"({"type":"message_start","message":{"id":"1","content":[],"stop_reason":null,"usage":{"n":1}}})",
           R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
           R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})",
           R"({"type":"content_block_stop","index":0})",
           R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"n":1}})",
           R"({"type":"message_stop"})"}));
}

TEST(AnthropicPackaging, WhatIsNoWholeMessageIsNotTold) {
  EXPECT_FALSE(kPackager.stream(R"({"content":[],"stop_reason":null,"usage":{}})"));
  EXPECT_FALSE(kPackager.stream(R"({"content":{},"stop_reason":"end_turn","usage":{}})"));
  EXPECT_FALSE(kPackager.stream("{"));
  const std::string start = R"({"type":"message_start","message":{"content":[]}})";
  const std::string stop = R"({"type":"message_stop"})";
  EXPECT_TRUE(kPackager.whole(Events({start, stop})));
  EXPECT_FALSE(kPackager.whole(Events({start})));
  EXPECT_FALSE(kPackager.whole(Events({stop})));
  EXPECT_FALSE(kPackager.whole(Events({start, R"({"type":"novelty"})", stop})));
  EXPECT_FALSE(kPackager.whole(
      Events({start, R"({"type":"content_block_start","index":1,"content_block":{"type":"text"}})",
              stop})));
  EXPECT_FALSE(kPackager.whole(Events(
      {start, R"({"type":"content_block_start","index":0,"content_block":{"input":{}}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}})",
       stop})));
}

}  // namespace
}  // namespace banto::api::anthropic
