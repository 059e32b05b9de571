// What engines do wrong inside a 200, each under its name.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"

namespace banto::api {
namespace {

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
  EXPECT_EQ(ReadStream(Expect(known::kCompletions),
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
  const Read read = ReadStream(Expect(known::kCompletions, 1, false, true), stream);
  EXPECT_EQ(read.verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(read.usage.output_tokens, -1);
}

const std::string kLine = R"({"message":{"role":"assistant","content":"hi"},"done":false})"
                          "\n";

std::string DoneLine(const std::string& more) {
  return R"({"message":{"content":""},"done":true)" + more + "}\n";
}

TEST(OllamaStream, IsCompleteWhenItsLastLineSaysWhy) {
  const RequestExpectations ollama = Expect(known::kOllamaChat);
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
      ReadStream(Expect(known::kOllamaChat), kLine +
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
    EXPECT_EQ(ReadStream(Expect(known::kOllamaGenerate), std::string(line) + "\n").frames[0].kind,
              FrameKind::kToken)
        << line;
  }
}

TEST(MessagesStream, IsReadForItsEnd_WithoutAReasonToStopItIsNotStored) {
  const RequestExpectations messages = Expect(known::kMessages);
  const std::string start =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
      "{\"input_tokens\":9,\"output_tokens\":0}}}\n\n"
      "event: ping\ndata: {\"type\":\"ping\"}\n\n"
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{}}\n\n";
  const Read read = ReadStream(
      messages, start + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" + kDone);
  EXPECT_EQ(read.verdict, Completeness::kIncompleteStream);
  EXPECT_TRUE(read.finished);
  EXPECT_EQ(read.frames[0].kind, FrameKind::kAdmission);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kComment);
  EXPECT_EQ(read.frames[2].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[3].kind, FrameKind::kTerminal);
  EXPECT_EQ(read.usage.input_tokens, 9);
  EXPECT_EQ(ReadStream(messages, start).verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(ReadStream(messages, start + kDone).verdict, Completeness::kIncompleteStream);
  const Read failed =
      ReadStream(messages, start +
                               "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                               "\"overloaded_error\",\"message\":\"x\"}}\n\n");
  EXPECT_EQ(failed.verdict, Completeness::kUpstreamError);
  EXPECT_EQ(failed.frames.back().error_status, 503);
}

TEST(PlainStream, AnApplicationsEventsAreItsOwn) {
  const Read read = ReadStream(Expect(known::kPlain), "data: hello\n\nevent: error\ndata: {}\n\n");
  EXPECT_EQ(read.frames[0].kind, FrameKind::kToken);
  EXPECT_EQ(read.frames[1].kind, FrameKind::kToken);
  EXPECT_EQ(read.verdict, Completeness::kNotCacheable);
}

}  // namespace
}  // namespace banto::api
