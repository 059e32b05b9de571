// What one frame is, and whole answers of the APIs.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"
#include "proxy/api/operation_table.h"

namespace banto::api {
namespace {

TEST(ChatStream, IsCompleteWithFinishAndSentinel) {
  const Read read =
      ReadStream(kChat, Chunk(R"({"role":"assistant","content":""})") + Token() + Stop() + kDone);
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kAdmission);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[2].kind, FrameKind::kFinish);
  EXPECT_EQ(read.frames[3].kind, FrameKind::kTerminal);
}

TEST(ChatStream, CommentsNeverAdmit) {
  // llama-server pings each second before the first data.
  const Read read = ReadStream(kChat, ":\n\n:\n\n: ping - now\r\n\r\n" + Token() + Stop() + kDone);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kComment);
  EXPECT_EQ(read.frames[2].kind, FrameKind::kComment);
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(ReadStream(kChat, ":\n\n").verdict, Completeness::kIncompleteStream);
}

TEST(ChatStream, ReasoningAndToolCallsAreTokens) {
  for (const char* delta :
       {R"({"reasoning":"x"})", R"({"reasoning_content":"x","content":null})",
        R"({"thinking":"x"})", R"({"refusal":"no"})", R"({"content":[{"type":"text"}]})",
        R"({"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":""}}]})",
        R"({"role":"assistant","content":"x"})"}) {
    EXPECT_EQ(ReadStream(kChat, Chunk(delta)).frames[0].kind, FrameKind::kToken) << delta;
  }
  for (const char* delta : {"{}", "null", R"({"role":"assistant"})", R"({"content":null})",
                            R"({"content":"","tool_calls":[],"reasoning":null})"}) {
    EXPECT_EQ(ReadStream(kChat, Chunk(delta)).frames[0].kind, FrameKind::kAdmission) << delta;
  }
}

TEST(ChatStream, SpansPointAtIdAndTime) {
  AnswerReader reader(kChat);
  const std::string bytes = Token();
  const http::Frame frame{bytes, std::string_view(bytes).substr(6, bytes.size() - 8), {}};
  const FrameVerdict verdict = reader.OnFrame(frame);
  EXPECT_EQ(bytes.substr(verdict.id_at, verdict.id_size), "c1");
  EXPECT_EQ(bytes.substr(verdict.created_at, verdict.created_size), "1700000000");
}

TEST(ChatStream, SpansAreOnlyGivenInsideTheFramesBytes) {
  const Read read = ReadStream(kChat, "data: {\"id\":\"c1\",\ndata: \"choices\":[]}\n\n");
  ASSERT_EQ(read.frames.size(), 1U);
  // The payload was joined from two lines, which lie elsewhere.
  EXPECT_EQ(read.frames[0].id_size, 0U);
  EXPECT_EQ(ReadStream(kChat, "data: {\"id\":\"\",\"choices\":[]}\n\n").frames[0].id_size, 0U);
}

// Less than storing asks for, but enough to end the client's stream in peace.

TEST(ChatStream, IsFinishedWhenEveryChoiceThatAppearedIs) {
  EXPECT_TRUE(ReadStream(kChat, Token() + Stop()).finished);
  EXPECT_FALSE(ReadStream(kChat, Token() + kDone).finished);
  EXPECT_FALSE(ReadStream(kChat, kDone).finished);
  // Ollama ignores `n`.
  EXPECT_TRUE(ReadStream(Expect(known::kChat, 2), Token() + Stop()).finished);
  EXPECT_FALSE(ReadStream(Expect(known::kChat, 2), Token(0) + Token(1) + Stop(1)).finished);
}

std::string Embedding(const std::string& rows) {
  return R"({"object":"list","data":[)" + rows + R"(],"usage":{"prompt_tokens":5}})";
}

std::string Row(int index, const std::string& vector) {
  return R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":)" + vector +
         "}";
}

TEST(Embeddings, NeedOneEqualRowForEachInput) {
  const RequestExpectations two = Expect(known::kEmbeddings, 2);
  const auto check = [&](const std::string& rows) { return Whole(two, Embedding(rows)); };
  EXPECT_EQ(check(Row(1, "[0.1,-2]") + "," + Row(0, "[3e-5,4]")), Completeness::kComplete);
  EXPECT_EQ(check(Row(0, R"("AAAAAA==")") + "," + Row(1, R"("AAAAAB==")")),
            Completeness::kComplete);
  EXPECT_EQ(check(""), Completeness::kEmptyAnswer);
  for (const std::string& bad : {Row(0, "[1]"),                                // too few
                                 Row(0, "[1]") + "," + Row(0, "[1]"),          // the same twice
                                 Row(0, "[1]") + "," + Row(2, "[1]"),          // one is missing
                                 Row(0, "[1]") + "," + Row(-1, "[1]"),         //
                                 Row(0, "[1,2]") + "," + Row(1, "[1]"),        // widths differ
                                 Row(0, "[1,null]") + "," + Row(1, "[1,2]"),   // null
                                 Row(0, "[1,\"2\"]") + "," + Row(1, "[1,2]"),  // no number
                                 Row(0, "[1,NaN]") + "," + Row(1, "[1,2]"),    // no JSON
                                 Row(0, "[]") + "," + Row(1, "[]"),            // empty
                                 Row(0, "null") + "," + Row(1, "null"),        //
                                 Row(0, R"("AAAAA")") + "," + Row(1, R"("AAAAA")"),  // no base64
                                 Row(0, R"("AAAA")") + "," + Row(1, "[1,2,3,4]"),    // mixed
                                 Row(0, "[1]") + "," + Row(1, "[1]") + "," + Row(2, "[1]")}) {
    EXPECT_EQ(check(bad), Completeness::kMalformed) << bad;
  }
  // Not known how many: any permutation.
  EXPECT_EQ(Whole(Expect(known::kEmbeddings, 0), Embedding(Row(0, "[1]"))),
            Completeness::kComplete);
}

TEST(Embeddings, OllamasBothFormsAreRead) {
  EXPECT_EQ(Whole(Expect(known::kOllamaEmbed, 2), R"({"embeddings":[[1,2],[3,4]]})"),
            Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(known::kOllamaEmbed, 2), R"({"embeddings":[[1,2]]})"),
            Completeness::kMalformed);
  EXPECT_EQ(Whole(Expect(known::kOllamaEmbed, 1), R"({"embedding":[1,2]})"),
            Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(known::kOllamaEmbed, 1), R"({"embedding":[]})"), Completeness::kMalformed);
}

// A gateway's label, or an Ollama that writes one line.
TEST(StreamReading, WhatAnswersInOnePieceIsPassedOnAndNeverCut_HoweverItIsLabelled) {
  int seen = 0;
  const auto check = [&seen](const OperationInfo& operation, const char* path) {
    if (operation.framing != http::StreamFraming::kNone) return;
    ++seen;
    const Read read = ReadStream(Expect(&operation),
                                 "data: {\"embeddings\":[[1,2]]}\n\ndata: {\"type\":\"ping\"}\n\n");
    ASSERT_EQ(read.frames.size(), 2U) << path;
    for (const FrameVerdict& frame : read.frames) EXPECT_EQ(frame.kind, FrameKind::kToken) << path;
    EXPECT_TRUE(read.finished) << path;
    EXPECT_EQ(read.verdict, Completeness::kNotCacheable) << path;
    const Read error = ReadStream(Expect(&operation), "data: {\"error\":\"no such model\"}\n\n");
    EXPECT_EQ(error.frames.front().kind, FrameKind::kError) << path;
  };
  for (const OperationRow& row : kOperationRows) check(row.info, row.path.data());
  check(kUnreadOperation, "unread");
  EXPECT_GT(seen, 30);
}

TEST(WholeAnswer, AnErrorsUsageIsNotCounted_ItsPlaceDoesNotMatter) {
  const std::string usage = R"("usage":{"prompt_tokens":5,"completion_tokens":2})";
  const std::string error = R"("error":{"message":"no"})";
  for (const OperationInfo* operation :
       {known::kChat, known::kEmbeddings, known::kMessages, known::kResponses, known::kNative}) {
    for (const std::string& members : {usage + "," + error, error + "," + usage}) {
      AnswerReader reader(Expect(operation));
      EXPECT_EQ(reader.CheckWhole(200, "application/json", "{" + members + "}", nullptr),
                Completeness::kUpstreamError);
      EXPECT_EQ(reader.usage().input_tokens, -1) << members;
    }
  }
  AnswerReader reader(Expect(known::kMessages));
  reader.CheckWhole(200, "application/json", "{" + usage + "}", nullptr);
  EXPECT_EQ(reader.usage().input_tokens, 5);
}

TEST(PlainAnswer, A200IsWhole) {
  EXPECT_EQ(Whole(Expect(known::kPlain), "anything", 200, "text/plain"), Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(known::kPlain), "anything", 404, "text/plain"),
            Completeness::kUpstreamError);
}

TEST(Completeness, NamesAreThoseOfTheMetrics) {
  EXPECT_STREQ(CompletenessName(Completeness::kIncompleteStream), "incomplete_stream");
  EXPECT_STREQ(CompletenessName(Completeness::kFinishReasonError), "finish_reason_error");
}

}  // namespace
}  // namespace banto::api
