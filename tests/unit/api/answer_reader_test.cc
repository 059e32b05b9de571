// The rules of completeness as facts: what engines do wrong inside a 200.
#include "proxy/api/answer_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace banto::api {
namespace {

struct Read {
  Completeness verdict;
  std::vector<FrameVerdict> frames;
  Usage usage;
};

RequestExpectations Expect(Operation operation, int choices = 1, bool limit_set = false,
                           bool usage_requested = false) {
  return {operation, choices, limit_set, usage_requested};
}
const RequestExpectations kChat = Expect(Operation::kChat);

Read ReadStream(const RequestExpectations& expectations, const std::string& stream,
                bool clean = true) {
  const bool lines = expectations.operation == Operation::kOllamaChat ||
                     expectations.operation == Operation::kOllamaGenerate;
  http::FrameSplitter splitter(lines ? http::StreamFraming::kNdjson : http::StreamFraming::kSse);
  AnswerReader reader(expectations);
  Read read;
  http::Frame frame;
  splitter.Feed(stream);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    read.frames.push_back(reader.OnFrame(frame));
  }
  read.verdict = reader.FinishStream(clean);
  read.usage = reader.usage();
  return read;
}

Completeness Whole(const RequestExpectations& expectations, const std::string& body,
                   int status = 200, const char* type = "application/json") {
  return AnswerReader(expectations).CheckWhole(status, type, body, nullptr);
}

// A chunk with one choice: its delta and its finish_reason as raw JSON.
std::string Chunk(const std::string& delta, const std::string& finish = "null", int index = 0) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1700000000,"choices":[{"index":)" +
         std::to_string(index) + R"(,"delta":)" + delta + R"(,"finish_reason":)" + finish +
         "}]}\n\n";
}
std::string Token(int index = 0) { return Chunk(R"({"content":"hi"})", "null", index); }
std::string Stop(int index = 0) { return Chunk("{}", R"("stop")", index); }
const std::string kDone = "data: [DONE]\n\n";

std::string Answer(const std::string& message, const std::string& finish) {
  return R"({"id":"c1","created":1700000000,"choices":[{"index":0,"message":)" + message +
         R"(,"finish_reason":)" + finish + "}]}";
}

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
    EXPECT_EQ(Whole(Expect(Operation::kEmbeddings), body), Completeness::kUpstreamError) << body;
  }
  EXPECT_EQ(Whole(Expect(Operation::kOllamaChat), R"({"error":"no"})"),
            Completeness::kUpstreamError);
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
  const RequestExpectations two = Expect(Operation::kChat, 2);
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
  const RequestExpectations asked = Expect(Operation::kChat, 1, false, true);
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
  EXPECT_EQ(ReadStream(Expect(Operation::kChat, 1, true), stream).verdict, Completeness::kComplete);
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
  EXPECT_EQ(ReadStream(Expect(Operation::kChat, 2), piece(0, "{", "null") + piece(1, "[", "null") +
                                                        piece(0, "}", R"("tool_calls")") +
                                                        piece(1, "]", R"("tool_calls")") + kDone)
                .verdict,
            Completeness::kComplete);
}

TEST(StoreRule, AWholeAnswerMustHaveAsManyChoicesAsAskedFor) {
  const std::string one = Answer(R"({"content":"x"})", R"("stop")");
  EXPECT_EQ(Whole(Expect(Operation::kChat, 2), one), Completeness::kMalformed);
  const std::string twice = R"({"choices":[{"index":0,"text":"a","finish_reason":"stop"},)"
                            R"({"index":0,"text":"b","finish_reason":"stop"}]})";
  EXPECT_EQ(Whole(Expect(Operation::kCompletions, 2), twice), Completeness::kMalformed);
}

// The stubs of wire-compatibility.md §9.
TEST(Stub1Vllm, SendsItsSentinelAfterAnError) {
  const Read read = ReadStream(
      kChat, Token() +
                 "data: {\"error\":{\"message\":\"boom\",\"type\":\"InternalServerError\","
                 "\"param\":null,\"code\":500}}\n\n" +
                 kDone);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kError);
  EXPECT_EQ(read.frames[1].error_status, 500);
  EXPECT_EQ(read.verdict, Completeness::kUpstreamError);
}

TEST(Stub2LlamaCppPython, SendsItsSentinelWithoutAFinishWhenInterrupted) {
  EXPECT_EQ(ReadStream(kChat, Token() + Token() + kDone).verdict, Completeness::kIncompleteStream);
}

TEST(Stub3OllamaV1, SwallowsErrorsAndJustEnds) {
  EXPECT_EQ(ReadStream(kChat, Token() + Chunk(R"({"role":"assistant","content":""})")).verdict,
            Completeness::kIncompleteStream);
}

TEST(Stub4Tgi, RefusesInItsFirstEvent) {
  const Read read = ReadStream(
      kChat,
      "data: {\"error\":{\"message\":\"Model is overloaded\",\"http_status_code\":422}}\n\n" +
          kDone);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kError);
  EXPECT_EQ(read.frames[0].error_status, 503);
  const Read invalid = ReadStream(
      kChat, "data: {\"error\":{\"message\":\"`top_p` too big\",\"http_status_code\":422}}\n\n");
  EXPECT_EQ(invalid.frames[0].error_status, 422);
}

TEST(Stub4Tgi, FinishesCompletionsWithEmptyReasonsUntilTheLast) {
  const auto chunk = [](const char* text, const char* reason) {
    return std::string("data: {\"choices\":[{\"index\":0,\"text\":\"") + text +
           "\",\"finish_reason\":\"" + reason + "\"}]}\n\n";
  };
  EXPECT_EQ(ReadStream(Expect(Operation::kCompletions),
                       chunk("a", "") + chunk("b", "") + chunk("", "eos_token") + kDone)
                .verdict,
            Completeness::kComplete);
}

TEST(Stub5SgLang, RefusesWithA503InItsFirstEvent) {
  for (const char* event :
       {"data: {\"error\":{\"object\":\"error\",\"message\":\"The request queue is full.\","
        "\"type\":\"\",\"code\":503}}\n\n",
        "data: {\"error\":\"full\",\"code\":503}\n\n",
        "data: {\"object\":\"error\",\"message\":\"x\",\"code\":503}\n\n"}) {
    const Read read = ReadStream(kChat, event);
    EXPECT_EQ(read.frames[0].kind, FrameKind::kError) << event;
    EXPECT_EQ(read.frames[0].error_status, 503) << event;
    EXPECT_EQ(read.verdict, Completeness::kUpstreamError);
  }
}

TEST(Stub5SgLang, SaysAbortAndThenDone) {
  EXPECT_EQ(ReadStream(kChat, Token() + Chunk("{}", R"("abort")") + kDone).verdict,
            Completeness::kFinishReasonError);
}

TEST(Stub7, AFrameThatIsNotJsonIsAnError) {
  for (const char* event : {"data: <html>\n\n", "data: {\"choices\":[\n\n", "data: : ping\n\n"}) {
    const Read read = ReadStream(kChat, event);
    EXPECT_EQ(read.frames[0].kind, FrameKind::kError) << event;
    EXPECT_EQ(read.frames[0].error_status, 502) << event;
  }
  EXPECT_EQ(ReadStream(kChat, "event: error\ndata: {\"message\":\"x\"}\n\n").frames[0].kind,
            FrameKind::kError);
}

TEST(Usage, ZerosBesideAChoiceAreNone) {
  // Ollama 0.6.8's /v1/completions.
  const std::string zeros = R"(,"usage":{"prompt_tokens":0,"completion_tokens":0}})";
  const std::string stream =
      R"(data: {"choices":[{"index":0,"text":"a","finish_reason":null}])" + zeros + "\n\n" +
      R"(data: {"choices":[{"index":0,"text":"","finish_reason":"stop"}])" + zeros + "\n\n" + kDone;
  const Read read = ReadStream(Expect(Operation::kCompletions, 1, false, true), stream);
  EXPECT_EQ(read.verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(read.usage.output_tokens, -1);
}

const std::string kLine = R"({"message":{"role":"assistant","content":"hi"},"done":false})"
                          "\n";
std::string DoneLine(const std::string& more) {
  return R"({"message":{"content":""},"done":true)" + more + "}\n";
}

TEST(OllamaStream, IsCompleteWhenItsLastLineSaysWhy) {
  const RequestExpectations ollama = Expect(Operation::kOllamaChat);
  const Read read = ReadStream(
      ollama, kLine + DoneLine(R"(,"done_reason":"stop","prompt_eval_count":4,"eval_count":2)"));
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kFinish);
  EXPECT_EQ(read.usage.input_tokens, 4);
  EXPECT_EQ(read.usage.output_tokens, 2);
  EXPECT_EQ(ReadStream(ollama, kLine).verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(ReadStream(ollama, kLine + DoneLine(R"(,"done_reason":"length")")).verdict,
            Completeness::kLengthLimit);
  EXPECT_EQ(ReadStream(ollama, kLine + DoneLine(R"(,"done_reason":"unload")")).verdict,
            Completeness::kFinishReasonError);
  EXPECT_EQ(ReadStream(ollama, kLine + DoneLine("")).verdict, Completeness::kFinishReasonError);
  EXPECT_EQ(ReadStream(ollama, kLine + DoneLine(R"(,"eval_count":1)")).verdict,
            Completeness::kComplete);
  EXPECT_EQ(ReadStream(ollama, DoneLine(R"(,"done_reason":"stop")")).verdict,
            Completeness::kEmptyAnswer);
  EXPECT_EQ(ReadStream(ollama, kLine + DoneLine(R"(,"done_reason":"stop")") + kLine).verdict,
            Completeness::kMalformed);
}

TEST(OllamaStream, AnErrorLineIsAnError) {
  const Read read =
      ReadStream(Expect(Operation::kOllamaChat), kLine +
                                                     "{\"error\":\"server busy, please try "
                                                     "again.  maximum pending requests "
                                                     "exceeded\"}\n");
  EXPECT_EQ(read.frames[1].kind, FrameKind::kError);
  EXPECT_EQ(read.frames[1].error_status, 503);
  EXPECT_EQ(read.verdict, Completeness::kUpstreamError);
}

TEST(OllamaStream, ToolCallsAndThinkingAreTokens) {
  for (
      const char* line :
      {R"({"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":false})",
       R"({"message":{"content":"","thinking":"x"},"done":false})",
       R"({"response":"x","done":false})", R"({"response":"","thinking":"x","done":false})"}) {
    EXPECT_EQ(
        ReadStream(Expect(Operation::kOllamaGenerate), std::string(line) + "\n").frames[0].kind,
        FrameKind::kToken)
        << line;
  }
}

TEST(MessagesStream, IsReadForItsEndButNeverStored) {
  const RequestExpectations messages = Expect(Operation::kMessages);
  const std::string start =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
      "{\"input_tokens\":9,\"output_tokens\":0}}}\n\n"
      "event: ping\ndata: {\"type\":\"ping\"}\n\n"
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{}}\n\n";
  const Read read = ReadStream(
      messages, start + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" + kDone);
  EXPECT_EQ(read.verdict, Completeness::kNotCacheable);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kAdmission);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kComment);
  EXPECT_EQ(read.frames[2].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[3].kind, FrameKind::kTerminal);
  EXPECT_EQ(read.usage.input_tokens, 9);
  EXPECT_EQ(ReadStream(messages, start).verdict, Completeness::kIncompleteStream);
  const Read failed =
      ReadStream(messages, start +
                               "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                               "\"overloaded_error\",\"message\":\"x\"}}\n\n");
  EXPECT_EQ(failed.verdict, Completeness::kUpstreamError);
  EXPECT_EQ(failed.frames.back().error_status, 503);
}

TEST(PlainStream, AnApplicationsEventsAreItsOwn) {
  const Read read =
      ReadStream(Expect(Operation::kPlain), "data: hello\n\nevent: error\ndata: {}\n\n");
  EXPECT_EQ(read.frames[0].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kToken);
  EXPECT_EQ(read.verdict, Completeness::kNotCacheable);
}

std::string Embedding(const std::string& rows) {
  return R"({"object":"list","data":[)" + rows + R"(],"usage":{"prompt_tokens":5}})";
}
std::string Row(int index, const std::string& vector) {
  return R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":)" + vector +
         "}";
}

TEST(Embeddings, NeedOneEqualRowForEachInput) {
  const RequestExpectations two = Expect(Operation::kEmbeddings, 2);
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
  EXPECT_EQ(Whole(Expect(Operation::kEmbeddings, 0), Embedding(Row(0, "[1]"))),
            Completeness::kComplete);
}

TEST(Embeddings, OllamasBothFormsAreRead) {
  EXPECT_EQ(Whole(Expect(Operation::kOllamaEmbed, 2), R"({"embeddings":[[1,2],[3,4]]})"),
            Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(Operation::kOllamaEmbed, 2), R"({"embeddings":[[1,2]]})"),
            Completeness::kMalformed);
  EXPECT_EQ(Whole(Expect(Operation::kOllamaEmbed, 1), R"({"embedding":[1,2]})"),
            Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(Operation::kOllamaEmbed, 1), R"({"embedding":[]})"),
            Completeness::kMalformed);
}

TEST(PlainAnswer, A200IsWhole) {
  EXPECT_EQ(Whole(Expect(Operation::kPlain), "anything", 200, "text/plain"),
            Completeness::kComplete);
  EXPECT_EQ(Whole(Expect(Operation::kPlain), "anything", 404, "text/plain"),
            Completeness::kUpstreamError);
}

TEST(Completeness, NamesAreThoseOfTheMetrics) {
  EXPECT_STREQ(CompletenessName(Completeness::kIncompleteStream), "incomplete_stream");
  EXPECT_STREQ(CompletenessName(Completeness::kFinishReasonError), "finish_reason_error");
}

}  // namespace
}  // namespace banto::api
