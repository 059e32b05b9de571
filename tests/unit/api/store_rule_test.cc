// The rules of completeness as facts: what may be stored, and what may not. S1 to S6 are the
// known traps of caches for streams.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"

namespace banto::api {
namespace {

// S1
TEST(StoreRule, OnlyStatus200IsStored) {
  const std::string body = Answer(R"({"content":"hi"})", R"("stop")");
  EXPECT_EQ(Whole(kChat, body), Completeness::kComplete);
  EXPECT_EQ(Whole(kChat, body, 201), Completeness::kNotCacheable);
  EXPECT_EQ(Whole(kChat, body, 206), Completeness::kNotCacheable);
  EXPECT_EQ(Whole(kChat, body, 400), Completeness::kUpstreamError);
  EXPECT_EQ(Whole(kChat, body, 503), Completeness::kUpstreamError);
}

TEST(StoreRule, AnErrorInsideA200IsNot) {
  for (const char* body :
       {R"({"error":{"message":"no"}})", R"({"error":"no","error_type":"overloaded"})",
        R"({"object":"error","message":"no","code":400})"}) {
    EXPECT_EQ(Whole(kChat, body), Completeness::kUpstreamError) << body;
    EXPECT_EQ(Whole(Expect(known::kEmbeddings), body), Completeness::kUpstreamError) << body;
  }
  EXPECT_EQ(Whole(Expect(known::kOllamaChat), R"({"error":"no"})"), Completeness::kUpstreamError);
}

TEST(StoreRule, ANullErrorIsNone) {
  EXPECT_EQ(Whole(kChat, R"({"error":null,"choices":[{"index":0,"message":{"content":"x"},)"
                         R"("finish_reason":"stop"}]})"),
            Completeness::kComplete);
}

TEST(StoreRule, HtmlIsNot) {
  EXPECT_EQ(Whole(kChat, "<html>ngrok</html>", 200, "text/html; charset=utf-8"),
            Completeness::kNotCacheable);
  EXPECT_EQ(Whole(kChat, "<html>ngrok</html>"), Completeness::kMalformed);
}

TEST(StoreRule, JsonTypesAreReadWithTheirParameters) {
  const std::string body = Answer(R"({"content":"hi"})", R"("stop")");
  for (const char* type : {"application/json; charset=utf-8", "Application/JSON ;x=y", ""}) {
    EXPECT_EQ(Whole(kChat, body, 200, type), Completeness::kComplete) << type;
  }
  EXPECT_EQ(Whole(kChat, body, 200, "application/jsonl"), Completeness::kNotCacheable);
}

// S2
TEST(StoreRule, ASentinelInsideContentEndsNothing) {
  const std::string tricky = Chunk(R"({"content":"data: [DONE]\n\n"})");
  EXPECT_EQ(ReadStream(kChat, tricky + Stop()).verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(ReadStream(kChat, tricky + Stop() + kDone).verdict, Completeness::kComplete);
}

TEST(StoreRule, ChoicesMustAllFinish) {
  const RequestExpectations two = Expect(known::kChat, 2);
  EXPECT_EQ(ReadStream(two, Token(0) + Token(1) + Stop(1) + kDone).verdict,
            Completeness::kIncompleteStream);
  EXPECT_EQ(ReadStream(two, Token(1) + Token(0) + Stop(1) + Stop(0) + kDone).verdict,
            Completeness::kComplete);
}

TEST(StoreRule, NothingMayFollowAFinish) {
  EXPECT_EQ(ReadStream(kChat, Token() + Stop() + Token() + kDone).verdict,
            Completeness::kMalformed);
  EXPECT_EQ(ReadStream(kChat, Token() + Stop() + Stop() + kDone).verdict, Completeness::kMalformed);
  EXPECT_EQ(ReadStream(kChat, Token() + Stop() + kDone + Token()).verdict,
            Completeness::kMalformed);
  EXPECT_EQ(ReadStream(kChat, Token(7) + Token() + Stop() + kDone).verdict,
            Completeness::kMalformed);
}

TEST(StoreRule, AskedUsageMustHaveCome) {
  const RequestExpectations asked = Expect(known::kChat, 1, false, true);
  const std::string usage =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n";
  EXPECT_EQ(ReadStream(asked, Token() + Stop() + kDone).verdict, Completeness::kIncompleteStream);
  const Read read = ReadStream(asked, Token() + Stop() + usage + kDone);
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(read.frames[2].kind, FrameKind::kFinish);
  EXPECT_EQ(read.usage.input_tokens, 3);
  EXPECT_EQ(read.usage.output_tokens, 1);
}

// S3
TEST(StoreRule, ABrokenTransportIsNotStoredEvenAfterTheSentinel) {
  EXPECT_EQ(ReadStream(kChat, Token() + Stop() + kDone, false).verdict,
            Completeness::kIncompleteStream);
}

// S4
TEST(StoreRule, AStreamOfCrLfWithIdsAndPingsIsReadAsAnyOther) {
  const Read read = ReadStream(
      kChat,
      "\xEF\xBB\xBFid: 1\r\ndata: {\"id\":\"c1\",\"created\":5,\"choices\":[{\"index\":0,"
      "\"delta\":{\"content\":\"é\"},\"finish_reason\":\"stop\"}]}\r\n\r\n: ping\r\n\r\n"
      "data: [DONE]\r\n\r\n");
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kToken);
}

TEST(StoreRule, TextThatIsNotUtf8IsForwardedButNotStored) {
  const Read read = ReadStream(kChat, Chunk("{\"content\":\"\xC3\"}") + Stop() + kDone);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kToken);
  EXPECT_EQ(read.verdict, Completeness::kMalformed);
}

// S5
TEST(StoreRule, LengthNeedsALimitOfTheRequests) {
  const std::string stream = Token() + Chunk("{}", R"("length")") + kDone;
  EXPECT_EQ(ReadStream(kChat, stream).verdict, Completeness::kLengthLimit);
  EXPECT_EQ(ReadStream(Expect(known::kChat, 1, true), stream).verdict, Completeness::kComplete);
}

TEST(StoreRule, OnlyKnownFinishReasonsAreGood) {
  for (const char* reason : {"stop", "tool_calls", "function_call", "eos_token", "stop_sequence"}) {
    const std::string quoted = std::string("\"") + reason + "\"";
    EXPECT_EQ(ReadStream(kChat, Token() + Chunk("{}", quoted) + kDone).verdict,
              Completeness::kComplete)
        << reason;
    EXPECT_EQ(Whole(kChat, Answer(R"({"content":"x"})", quoted)), Completeness::kComplete);
  }
  for (const char* reason : {"abort", "error", "content_filter", "cancelled"}) {
    const std::string quoted = std::string("\"") + reason + "\"";
    EXPECT_EQ(ReadStream(kChat, Token() + Chunk("{}", quoted) + kDone).verdict,
              Completeness::kFinishReasonError)
        << reason;
    EXPECT_EQ(Whole(kChat, Answer(R"({"content":"x"})", quoted)), Completeness::kFinishReasonError);
  }
  for (const char* none : {"null", "\"\""}) {
    EXPECT_EQ(Whole(kChat, Answer(R"({"content":"x"})", none)), Completeness::kFinishReasonError);
  }
}

// S6
TEST(StoreRule, AnEmptyAnswerIsNot) {
  EXPECT_EQ(
      ReadStream(kChat, Chunk(R"({"role":"assistant","content":""})") + Stop() + kDone).verdict,
      Completeness::kEmptyAnswer);
  EXPECT_EQ(Whole(kChat, Answer(R"({"content":null})", R"("stop")")), Completeness::kEmptyAnswer);
  EXPECT_EQ(Whole(kChat, R"({"choices":[]})"), Completeness::kEmptyAnswer);
}

TEST(StoreRule, ToolArgumentsMustParse) {
  const auto call = [](const std::string& piece) {
    return Chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":")" + piece + R"("}}]})");
  };
  const std::string end = Chunk("{}", R"("tool_calls")") + kDone;
  EXPECT_EQ(
      ReadStream(kChat, call("") + call(R"({\"ci)") + call(R"(ty\":\"K\u00f6ln\"})") + end).verdict,
      Completeness::kComplete);
  EXPECT_EQ(ReadStream(kChat, call(R"({\"ci)") + end).verdict, Completeness::kMalformed);
  EXPECT_EQ(ReadStream(kChat, call("") + end).verdict, Completeness::kMalformed);
  EXPECT_EQ(Whole(kChat, Answer(R"({"content":null,"tool_calls":[{"function":{"name":"f",)"
                                R"("arguments":"{\"a\":1}"}},{"function":{"arguments":"{"}}]})",
                                R"("tool_calls")")),
            Completeness::kMalformed);
  EXPECT_EQ(Whole(kChat, Answer(R"({"content":null,"tool_calls":[{"function":{"name":"f",)"
                                R"("arguments":"{\"a\":1}"}},{"function":{"arguments":{"b":2}}}]})",
                                R"("tool_calls")")),
            Completeness::kComplete);
}

TEST(StoreRule, CallsOfDifferentChoicesAreKeptApart) {
  const auto piece = [](int index, const std::string& text, const char* finish) {
    return Chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":")" + text + R"("}}]})",
                 finish, index);
  };
  EXPECT_EQ(ReadStream(Expect(known::kChat, 2), piece(0, "{", "null") + piece(1, "[", "null") +
                                                    piece(0, "}", R"("tool_calls")") +
                                                    piece(1, "]", R"("tool_calls")") + kDone)
                .verdict,
            Completeness::kComplete);
}

TEST(StoreRule, AWholeAnswerMustHaveAsManyChoicesAsAskedFor) {
  const std::string one = Answer(R"({"content":"x"})", R"("stop")");
  EXPECT_EQ(Whole(Expect(known::kChat, 2), one), Completeness::kMalformed);
  const std::string twice = R"({"choices":[{"index":0,"text":"a","finish_reason":"stop"},)"
                            R"({"index":0,"text":"b","finish_reason":"stop"}]})";
  EXPECT_EQ(Whole(Expect(known::kCompletions, 2), twice), Completeness::kMalformed);
}

}  // namespace
}  // namespace banto::api
