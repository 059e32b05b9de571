// Anthropic's messages: what is complete, streamed and whole.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"

namespace banto::api {
namespace {

const RequestExpectations kMessage = Expect(known::kMessages, 1, true);

std::string Event(const std::string& type, const std::string& more) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + more + "}\n\n";
}
std::string Started() {
  return Event("message_start",
               R"(,"message":{"id":"msg_1","type":"message","content":[],"usage":{}})");
}
std::string Begun(int index, const std::string& block) {
  return Event("content_block_start",
               ",\"index\":" + std::to_string(index) + ",\"content_block\":" + block);
}
std::string Piece(int index, const std::string& delta) {
  return Event("content_block_delta",
               ",\"index\":" + std::to_string(index) + ",\"delta\":" + delta);
}
std::string Ended(int index) {
  return Event("content_block_stop", ",\"index\":" + std::to_string(index));
}
std::string Stopped(const std::string& reason) {
  return Event("message_delta", R"(,"delta":{"stop_reason":)" + reason +
                                    R"(,"stop_sequence":null},"usage":{"output_tokens":1})");
}
const std::string kOver = Event("message_stop", "");
const std::string kText = R"({"type":"text","text":""})";
const std::string kTool = R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}})";
const std::string kHi = R"({"type":"text_delta","text":"hi"})";

std::string Input(const std::string& piece) {
  return R"({"type":"input_json_delta","partial_json":")" + piece + "\"}";
}
std::string Said(int index) { return Begun(index, kText) + Piece(index, kHi) + Ended(index); }

Completeness Judge(const std::string& stream, const RequestExpectations& how = kMessage) {
  return ReadStream(how, stream).verdict;
}

TEST(MessageStream, IsCompleteWhenEveryBlockAndTheMessageHaveEnded) {
  EXPECT_EQ(Judge(Started() + Said(0) + Stopped(R"("end_turn")") + kOver), Completeness::kComplete);
  EXPECT_EQ(Judge(Started() + Said(0) + Said(1) + Stopped(R"("stop_sequence")") + kOver + kDone),
            Completeness::kComplete);
  // A tool without arguments gets no piece, or an empty one.
  for (const std::string& pieces :
       {std::string(), Piece(0, Input("")),
        Piece(0, Input("")) + Piece(0, Input(R"({\"a\")")) + Piece(0, Input(":1}"))}) {
    EXPECT_EQ(
        Judge(Started() + Begun(0, kTool) + pieces + Ended(0) + Stopped(R"("tool_use")") + kOver),
        Completeness::kComplete)
        << pieces;
  }
  // llama.cpp begins it without an input.
  const std::string begun = Begun(0, R"({"type":"tool_use","id":"x","name":"f"})");
  const std::string end = Ended(0) + Stopped(R"("tool_use")") + kOver;
  EXPECT_EQ(Judge(Started() + begun + Piece(0, Input("{}")) + end), Completeness::kComplete);
  EXPECT_EQ(Judge(Started() + begun + end), Completeness::kMalformed);
}

TEST(MessageStream, OneThatLacksAPartIsNotStored) {
  const std::string stop = Stopped(R"("end_turn")");
  for (const std::string& stream :
       {Started() + Said(0) + stop, Started() + Said(0) + kOver, Started() + Said(0) + kDone,
        Started() + Said(0) + Stopped("null") + kOver, std::string()}) {
    EXPECT_EQ(Judge(stream), Completeness::kIncompleteStream) << stream;
  }
  for (const std::string& stream :
       {Started() + Begun(0, kText) + Piece(0, kHi) + stop + kOver,  // the block has not ended
        Said(0) + stop + kOver,                                      // it never began
        Started() + Started() + Said(0) + stop + kOver,              //
        Started() + Said(1) + stop + kOver,                          // a block is missing
        Started() + Said(0) + Said(0) + stop + kOver,                //
        Started() + Piece(0, kHi) + stop + kOver,                    // a piece of no block
        Started() + Said(0) + Piece(0, kHi) + stop + kOver,          // … of one that has ended
        Started() + Begun(0, kText) + Piece(0, kHi) + Piece(1, kHi) + Ended(0) + stop + kOver,
        Started() + Said(0) + stop + kOver + Piece(0, kHi),  // after the end
        Started() + Begun(0, kTool) + Piece(0, Input("{")) + Ended(0) + stop + kOver,
        Started() + Begun(0, R"({"type":"tool_use","id":"x","input":{}})") + Ended(0) + stop +
            kOver,
        Started() + Begun(0, kText) + Piece(0, "{\"type\":\"text_delta\",\"text\":\"\xff\"}") +
            Ended(0) + stop + kOver}) {
    EXPECT_EQ(Judge(stream), Completeness::kMalformed) << stream;
  }
  EXPECT_EQ(Judge(Started() + stop + kOver), Completeness::kEmptyAnswer);
  EXPECT_EQ(Judge(Started() + Begun(0, kText) + Ended(0) + stop + kOver),
            Completeness::kEmptyAnswer);
}

TEST(MessageStream, TheReasonToStopDecides) {
  const auto judge = [](const std::string& reason, const RequestExpectations& how) {
    return Judge(Started() + Said(0) + Stopped(reason) + kOver, how);
  };
  EXPECT_EQ(judge(R"("max_tokens")", kMessage), Completeness::kComplete);
  EXPECT_EQ(judge(R"("max_tokens")", Expect(known::kMessages)), Completeness::kLengthLimit);
  for (const char* reason : {"pause_turn", "refusal", "model_context_window_exceeded", "new_one"}) {
    EXPECT_EQ(judge("\"" + std::string(reason) + "\"", kMessage), Completeness::kFinishReasonError)
        << reason;
  }
}

TEST(MessageStream, AnErrorOnTheWayIsOne) {
  for (const std::string& error :
       {Event("error", R"(,"error":{"type":"overloaded_error","message":"no"})"),
        std::string("data: {\"error\":\"no\"}\n\n"), std::string("data: {\"detail\":\"no\"}\n\n"),
        std::string("event: content_block_delta\ndata: {\"type\":\n\n")}) {
    const Read read =
        ReadStream(kMessage, Started() + Said(0) + error + Stopped(R"("end_turn")") + kOver);
    EXPECT_EQ(read.verdict, Completeness::kUpstreamError) << error;
    EXPECT_EQ(read.frames[4].kind, FrameKind::kError) << error;
  }
}

// The web was searched: an hour later the same question finds something else.
TEST(MessageStream, WhatTheServersOwnToolsFoundIsNotStored) {
  const std::string search =
      R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}})";
  EXPECT_EQ(
      Judge(Started() + Begun(0, search) + Ended(0) + Said(1) + Stopped(R"("end_turn")") + kOver),
      Completeness::kNotCacheable);
}

std::string Message(const std::string& content, const std::string& reason = R"("end_turn")") {
  return R"({"id":"msg_1","type":"message","role":"assistant","content":)" + content +
         R"(,"stop_reason":)" + reason + R"(,"usage":{"input_tokens":1,"output_tokens":2}})";
}

TEST(WholeMessage, NeedsItsBlocksAndAGoodReason) {
  const std::string text = R"([{"type":"text","text":"hi"}])";
  EXPECT_EQ(Whole(kMessage, Message(text)), Completeness::kComplete);
  EXPECT_EQ(Whole(kMessage, Message("[" + kTool + "]", R"("tool_use")")), Completeness::kComplete);
  EXPECT_EQ(Whole(kMessage, Message(text, R"("max_tokens")")), Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(known::kMessages), Message(text, R"("max_tokens")")),
            Completeness::kLengthLimit);
  for (const char* reason : {"null", R"("pause_turn")", R"("refusal")", R"("")"})
    EXPECT_EQ(Whole(kMessage, Message(text, reason)), Completeness::kFinishReasonError) << reason;
  EXPECT_EQ(Whole(kMessage, Message("[]")), Completeness::kEmptyAnswer);
  for (const char* content :
       {"null", "\"hi\"", "[5]", R"([{"text":"hi"}])", R"([{"type":"tool_use","name":"f"}])"}) {
    EXPECT_EQ(Whole(kMessage, Message(content)), Completeness::kMalformed) << content;
  }
  EXPECT_EQ(Whole(kMessage, Message(R"([{"type":"mcp_tool_use","name":"f","input":{}}])")),
            Completeness::kNotCacheable);
  EXPECT_EQ(Whole(kMessage, R"({"type":"error","error":{"type":"api_error","message":"no"}})"),
            Completeness::kUpstreamError);
}

TEST(CountedTokens, NeedTheirNumber) {
  const RequestExpectations count = Expect(FindOperation("POST", "/v1/messages/count_tokens"));
  EXPECT_EQ(Whole(count, R"({"input_tokens":0})"), Completeness::kComplete);
  for (const char* body :
       {"{}", R"({"input_tokens":null})", R"({"input_tokens":"5"})", R"({"input_tokens":5)", "[]"})
    EXPECT_EQ(Whole(count, body), Completeness::kMalformed) << body;
}

}  // namespace
}  // namespace banto::api
