// Answers of the Messages API: what is written of events, and what is heard of what was written.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "codec_kit.h"
#include "proxy/api/anthropic/codecs.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::anthropic {
namespace {

using nlohmann::json;
using Kind = AnswerEvent::Kind;
using Events = std::vector<AnswerEvent>;

// The events' data, after checking that each frame is one event whose name is its type.
std::vector<json> Data(const std::string& stream) {
  std::vector<json> all;
  http::FrameSplitter splitter(http::StreamFraming::kSse);
  splitter.Feed(stream);
  http::Frame frame;
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    EXPECT_TRUE(json::accept(frame.data)) << frame.data;
    all.push_back(json::parse(frame.data, nullptr, false));
    EXPECT_EQ(all.back().value("type", ""), frame.event);
  }
  EXPECT_EQ(splitter.rest(), "");
  return all;
}

// "+text:0 text:… -0": starts, joined deltas and stops of blocks, in order.
std::string Shape(const std::string& stream) {
  std::string shape;
  for (const json& data : Data(stream)) {
    const std::string type = data["type"];
    if (type == "content_block_start") {
      shape += " +" + std::to_string(int(data["index"])) +
               std::string(data["content_block"]["type"]) + "(";
    } else if (type == "content_block_stop") {
      shape += ")";
    } else if (type == "content_block_delta") {
      const json& delta = data["delta"];
      for (const char* member : {"text", "thinking", "partial_json"})
        shape += delta.value(member, "");
      if (delta.contains("signature")) shape += "~" + std::string(delta["signature"]);
    }
  }
  return shape;
}

const Events kTurn = {
    Said(Kind::kReasoning, "hm"),
    Said(Kind::kReasoning, "m"),
    Said(Kind::kSignature, "sig"),
    Said(Kind::kSealedReasoning, "seal"),
    Said(Kind::kText, "Hi "),
    Said(Kind::kText, ""),
    Said(Kind::kText, R"(\"you\")"),
    CallOf(0, "toolu_1", "f"),
    Said(Kind::kArguments, R"({\"a\")", 0),
    Said(Kind::kArguments, ":1}", 0),
    CallOf(1, "toolu_2", "g"),
    Said(Kind::kArguments, "{}", 1),
    Ended(FinishReason::kToolCalls),
    Counted(30, 9, 20, 3),
};

TEST(AnthropicStream, BlocksFollowEachOtherAndUsageComesAtTheEnd) {
  FrameOutput out;
  const std::string stream = Streamed(kMessagesCodec, kTurn, &out);
  EXPECT_EQ(Shape(stream),
            R"( +0thinking(hmm~sig) +1redacted_thinking() +2text(Hi "you") +3tool_use({"a":1}))"
            R"( +4tool_use({}))");
  const std::vector<json> data = Data(stream);
  EXPECT_EQ(data.front(), json::parse(R"({"type":"message_start","message":{"id":"msg_abc",
      "type":"message","role":"assistant","model":"m\"1","content":[],"stop_reason":null,
      "stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}})"));
  EXPECT_EQ(data[data.size() - 2], json::parse(R"({"type":"message_delta",
      "delta":{"stop_reason":"tool_use","stop_sequence":null},
      "usage":{"input_tokens":10,"cache_read_input_tokens":20,"output_tokens":9,
       "output_tokens_details":{"thinking_tokens":3}}})"));
  EXPECT_EQ(data.back(), json::parse(R"({"type":"message_stop"})"));
  const FrameVerdict& first = out.frames().front().verdict;
  EXPECT_EQ(first.kind, FrameKind::kAdmission);
  EXPECT_EQ(out.bytes().substr(out.frames().front().begin + first.id_at, first.id_size), "msg_abc");
  EXPECT_EQ(out.frames().back().verdict.kind, FrameKind::kTerminal);
}

TEST(AnthropicStream, UsageThatIsKnownBeforeTheFirstTokenStandsInTheStart) {
  const std::string stream = Streamed(kMessagesCodec, {Counted(30, 1, 20), Said(Kind::kText, "x"),
                                                       Ended(FinishReason::kStop), Counted(-1, 5)});
  EXPECT_EQ(Data(stream).front()["message"]["usage"],
            json::parse(R"({"input_tokens":10,"cache_read_input_tokens":20,"output_tokens":1})"));
  EXPECT_EQ(Data(stream)[5 - 1]["usage"]["output_tokens"], 5);
}

TEST(AnthropicStream, CallsThatInterleaveComeOneAfterTheOther) {
  const std::string stream = Streamed(
      kMessagesCodec,
      {CallOf(0, "a", "f"), CallOf(1, "b", "g"), Said(Kind::kArguments, R"({\"x\":)", 0),
       Said(Kind::kArguments, R"({\"y\":)", 1), Said(Kind::kText, "well"),
       Said(Kind::kArguments, "{}", 0), Said(Kind::kArguments, "}", 0),
       Said(Kind::kArguments, "2", 1), Said(Kind::kArguments, "}", 1), Said(Kind::kReasoning, "so"),
       Said(Kind::kSignature, "s"), Ended(FinishReason::kStop)});
  EXPECT_EQ(Shape(stream), R"( +0tool_use({"x":{}}) +1tool_use({"y":2}) +2text(well))"
                           R"( +3thinking(so~s))");
}

TEST(AnthropicStream, ACallThatWaitedGoesOnAsSoonAsTheOneBeforeItIsWhole) {
  FrameOutput out;
  const Asked asked;
  const auto writer = kMessagesCodec.write_stream(asked.context, &out);
  writer->On(CallOf(0, "a", "f"));
  writer->On(CallOf(1, "b", "g"));
  writer->On(Said(Kind::kArguments, R"({\"y\")", 1));
  EXPECT_EQ(Shape(std::string(out.bytes())), " +0tool_use(");
  writer->On(Said(Kind::kArguments, "{}", 0));
  EXPECT_EQ(Shape(std::string(out.bytes())), R"( +0tool_use({}) +1tool_use({"y")");
}

TEST(AnthropicStream, ArgumentsThatAreNoObjectAreHeldAndWrapped) {
  const auto shape = [](const char* first, const char* second) {
    return Shape(Streamed(kMessagesCodec,
                          {CallOf(0, "a", "f"), Said(Kind::kArguments, first),
                           Said(Kind::kArguments, second), Ended(FinishReason::kToolCalls)}));
  };
  EXPECT_EQ(shape("ls", R"( \"x\")"), R"( +0tool_use({"arguments":"ls \"x\""}))");
  EXPECT_EQ(shape(R"(\n )", R"({\"a\":1})"), " +0tool_use(\n {\"a\":1})");
  EXPECT_EQ(shape("", ""), " +0tool_use()");
  EXPECT_EQ(shape("nu", "ll"), " +0tool_use({})");
  EXPECT_EQ(shape("[1", "]"), R"( +0tool_use({"arguments":"[1]"}))");
}

TEST(AnthropicStream, IdsAreMadeForCallsWithoutOne) {
  const std::string stream = Streamed(kMessagesCodec, {CallOf(0, "", "f"), CallOf(1, "", "g")});
  EXPECT_NE(stream.find(R"("id":"toolu_abc0")"), stream.npos);
  EXPECT_NE(stream.find(R"("id":"toolu_abc1")"), stream.npos);
}

TEST(AnthropicStream, AnAnswerWithoutWordsBeginsAndEnds) {
  std::string types;
  for (const json& data : Data(Streamed(kMessagesCodec, {Ended(FinishReason::kStop)})))
    types += std::string(data["type"]) + " ";
  EXPECT_EQ(types, "message_start message_delta message_stop ");
}

TEST(AnthropicAnswer, TheReasonIsTheNearestWordInStreamsAndWholes) {
  struct Row {
    Events events;
    const char* word;
  };
  const Row rows[] = {
      {{Said(Kind::kText, "x"), Ended(FinishReason::kStop)}, "end_turn"},
      {{CallOf(0, "a", "f"), Ended(FinishReason::kStop)}, "tool_use"},
      {{Said(Kind::kText, "x"), Ended(FinishReason::kToolCalls)}, "end_turn"},
      {{Ended(FinishReason::kLength)}, "max_tokens"},
      {{Ended(FinishReason::kStopSequence, "END")}, "stop_sequence"},
      {{Ended(FinishReason::kContentFilter)}, "refusal"},
      {{Said(Kind::kRefusal, "no"), Ended(FinishReason::kStop)}, "refusal"},
      {{Ended(FinishReason::kPaused)}, "pause_turn"},
      {{Ended(FinishReason::kOther)}, "max_tokens"},
  };
  for (const Row& row : rows) {
    const std::vector<json> data = Data(Streamed(kMessagesCodec, row.events));
    const json& delta = data[data.size() - 2]["delta"];
    const json whole = json::parse(Whole(kMessagesCodec, row.events));
    EXPECT_EQ(delta["stop_reason"], row.word);
    EXPECT_EQ(whole["stop_reason"], row.word);
    EXPECT_EQ(delta["stop_sequence"], whole["stop_sequence"]);
  }
}

TEST(AnthropicAnswer, AWholeHasItsBlocksInOrder) {
  EXPECT_EQ(json::parse(Whole(kMessagesCodec, kTurn)), json::parse(R"({"id":"msg_abc",
      "type":"message","role":"assistant","model":"m\"1","content":[
       {"type":"thinking","thinking":"hmm","signature":"sig"},
       {"type":"redacted_thinking","data":"seal"},{"type":"text","text":"Hi \"you\""},
       {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},
       {"type":"tool_use","id":"toolu_2","name":"g","input":{}}],
      "stop_reason":"tool_use","stop_sequence":null,
      "usage":{"input_tokens":10,"cache_read_input_tokens":20,"output_tokens":9,
       "output_tokens_details":{"thinking_tokens":3}}})"));
}

TEST(AnthropicAnswer, WhatIsWrittenIsHeardAgainTheSame) {
  Heard of_stream, of_whole, of_events;
  for (const AnswerEvent& event : kTurn) of_events.On(event);
  Hear(kMessagesCodec, Streamed(kMessagesCodec, kTurn), &of_stream);
  EXPECT_TRUE(kMessagesCodec.read_whole(Whole(kMessagesCodec, kTurn), &of_whole));
  for (const Heard* heard : {&of_stream, &of_whole}) {
    EXPECT_EQ(heard->said, of_events.said);
    EXPECT_EQ(heard->reason, FinishReason::kToolCalls);
    EXPECT_EQ(heard->usage.input, 30);
    EXPECT_EQ(heard->usage.cached, 20);
    EXPECT_EQ(heard->usage.output, 9);
    EXPECT_EQ(heard->usage.reasoning, 3);
  }
}

TEST(AnthropicAnswer, ACallWhoseInputStandsInItsStartOrNowhereHasArguments) {
  const auto heard = [](const std::string& input) {
    Heard sink;
    Hear(kMessagesCodec,
         "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
         "\"tool_use\",\"id\":\"a\",\"name\":\"f\"" +
             input + "}}\n\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
         &sink);
    return sink.said;
  };
  EXPECT_EQ(heard(R"(,"input":{"x":1})"), R"(call0:a/f args0:{\"x\":1})");
  EXPECT_EQ(heard(""), "call0:a/f args0:{}");
}

TEST(AnthropicAnswer, OddEventsNeitherBreakAnythingNorSaySomething) {
  Heard sink;
  for (
      const char* data :
      {"{", "7", R"({"type":"content_block_delta"})", R"({"type":"content_block_delta","delta":5})",
       R"({"type":"content_block_delta","delta":{"type":"text_delta","text":5}})",
       R"({"type":"content_block_delta","index":9,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
       R"({"type":"content_block_start","content_block":[]})", R"({"type":"content_block_stop"})",
       R"({"type":"message_start","message":4})", R"({"type":"message_delta","usage":7})",
       R"({"type":"message_delta","delta":{"stop_reason":null},"usage":{"input_tokens":"x"}})"}) {
    Hear(kMessagesCodec, std::string("data: ") + data + "\n\n", &sink);
    kMessagesCodec.read_whole(data, &sink);
  }
  EXPECT_EQ(sink.said, "");
  EXPECT_EQ(sink.reason, FinishReason::kNone);
  EXPECT_FALSE(kMessagesCodec.read_whole("[]", &sink));
  EXPECT_FALSE(kMessagesCodec.read_whole(R"({"content":5})", &sink));
}

TEST(AnthropicCount, IsReadAndWritten) {
  Heard sink;
  EXPECT_TRUE(kCountTokensCodec.read_whole(R"({"input_tokens":12})", &sink));
  EXPECT_EQ(sink.usage.input, 12);
  EXPECT_FALSE(kCountTokensCodec.read_whole(R"({"tokens":12})", &sink));
  EXPECT_EQ(Whole(kCountTokensCodec, {Counted(12, -1)}), R"({"input_tokens":12})");
}

}  // namespace
}  // namespace banto::api::anthropic
