// Answers of chat completions, read to events and written again.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "capture.h"
#include "openai_codec_kit.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

constexpr const char* kSse = "text/event-stream";
constexpr const char* kJson = "application/json";

std::string Chunk(const std::string& choice) { return "data: {\"choices\":[" + choice + "]}\n\n"; }
std::string Delta(const std::string& delta) {
  return Chunk(R"({"index":0,"delta":{)" + delta + R"(},"finish_reason":null})");
}
std::string Finish(const std::string& reason) {
  return Chunk(R"({"index":0,"delta":{},"finish_reason":")" + reason + "\"}");
}

TEST(ChatAnswerCodec, EachRecordedAnswerIsWrittenAgainMeaningTheSame) {
  int read = 0;
  for (const char* engine : {"llama", "ollama", "vllm"}) {
    const std::string folder = std::string(BANTO_SOURCE_DIR) + "/tests/captures/" + engine;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const Capture capture =
          LoadCapture(std::string(engine) + "/" + entry.path().filename().string());
      if (capture.method != "POST" || capture.status != 200) continue;
      if (capture.path != "/v1/chat/completions") continue;
      if (capture.body.find("\"error\"") != std::string::npos) continue;
      SCOPED_TRACE(entry.path().string());
      const Translated again = Through(kChatCodec, capture.content_type, capture.body);
      EXPECT_NE(again.meaning.find("finish="), std::string::npos);
      EXPECT_TRUE(json::IsJson(again.whole)) << again.whole;
      EXPECT_EQ(MeaningOf(kChatCodec, kJson, again.whole), again.meaning);
      EXPECT_EQ(MeaningOf(kChatCodec, kSse, again.stream), again.meaning);
      ++read;
    }
  }
  EXPECT_GT(read, 30);
}

TEST(ChatAnswerCodec, AStreamIsWrittenAsOpenAiWritesIt) {
  const Translated again =
      Through(kChatCodec, kSse,
              Delta(R"("role":"assistant","content":"")") + Delta(R"("content":"a\u00e9\"")") +
                  Finish("stop") + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3," +
                  "\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":2}}}\n\n");
  const std::string head =
      R"(data: {"id":"chatcmpl-abc123","object":"chat.completion.chunk","created":1795252885,)"
      R"("model":"gpt \"x\"","choices":[)";
  const std::string none = R"("logprobs":null,"finish_reason":null}],"usage":null})"
                           "\n\n";
  EXPECT_EQ(again.stream,
            head + R"({"index":0,"delta":{"role":"assistant","content":"","refusal":null},)" +
                none + head + R"({"index":0,"delta":{"content":"a\u00e9\""},)" + none + head +
                R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null})" +
                "\n\n" + head +
                R"(],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4,)" +
                R"("prompt_tokens_details":{"cached_tokens":2}}})" + "\n\ndata: [DONE]\n\n");
  EXPECT_EQ(again.kinds, "atffT");
}

TEST(ChatAnswerCodec, UsageIsOnlyForThoseWhoAsked) {
  const std::string stream = Delta(R"("content":"a")") + Finish("stop") +
                             "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3}}\n\n";
  EXPECT_EQ(Through(kChatCodec, kSse, stream, false).kinds, "atfT");
  EXPECT_EQ(Through(kChatCodec, kSse, stream, false).stream.find("usage"), std::string::npos);
}

TEST(ChatAnswerCodec, SpansOfAFrameAreWhereItsIdAndTimeAre) {
  NeutralRequest request;
  FrameOutput out;
  const auto writer = kChatCodec.write_stream(ContextFor(request), &out);
  ReadAnswer(kChatCodec, kSse, Delta(R"("content":"a")") + Finish("stop"), writer.get());
  ASSERT_EQ(out.frames().size(), 3u);
  for (const FrameOutput::Written& frame : out.frames()) {
    const std::string_view bytes = out.bytes().substr(frame.begin, frame.end - frame.begin);
    EXPECT_EQ(bytes.substr(frame.verdict.id_at, frame.verdict.id_size), "chatcmpl-abc123");
    EXPECT_EQ(bytes.substr(frame.verdict.created_at, frame.verdict.created_size), "1795252885");
  }
}

TEST(ChatAnswerCodec, ReasoningHasTwoNamesAndIsOneText) {
  const std::string stream = Delta(R"("reasoning":"h","reasoning_content":"h")") +
                             Delta(R"("reasoning":"m")") + Delta(R"("reasoning_content":"?")") +
                             Delta(R"("content":"a")") + Finish("stop");
  const Translated again = Through(kChatCodec, kSse, stream);
  EXPECT_EQ(again.meaning.substr(0, 18), "<2  hm?><0  a> log");
  EXPECT_NE(again.whole.find(R"("content":"a","refusal":null,"reasoning_content":"hm?")"),
            std::string::npos);
}

TEST(ChatAnswerCodec, CallsAreToldApart_ByIndexOrById) {
  const std::string numbered =
      Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}])") +
      Delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}])") +
      Delta(R"("tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}])") +
      Delta(R"("tool_calls":[{"index":0,"function":{"arguments":":1}"}}])") + Finish("tool_calls");
  EXPECT_EQ(Through(kChatCodec, kSse, numbered).meaning.substr(0, 26),
            R"(<5 af {"x":1}><5 bg {}> lo)");
  // Ollama numbered all of them 0; others number none.
  for (const std::string index : {R"("index":0,)", ""}) {
    const std::string alike = Delta(R"("tool_calls":[{)" + index +
                                    R"("id":"a","function":{"name":"f","arguments":"{}"}}])") +
                              Delta(R"("tool_calls":[{)" + index +
                                    R"("id":"b","function":{"name":"g","arguments":"{}"}}])") +
                              Finish("stop");
    const Translated again = Through(kChatCodec, kSse, alike);
    EXPECT_EQ(again.meaning.substr(0, 22), "<5 af {}><5 bg {}> log");
    EXPECT_NE(again.stream.find(R"("finish_reason":"tool_calls")"), std::string::npos);
    EXPECT_EQ(MeaningOf(kChatCodec, kSse, again.stream).substr(0, 22), "<5 af {}><5 bg {}> log");
  }
}

TEST(ChatAnswerCodec, ACallWithoutArgumentsHasEmptyOnes_AndContentIsNull) {
  const Translated again =
      Through(kChatCodec, kSse,
              Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])") +
                  Finish("tool_calls"));
  EXPECT_EQ(again.kinds, "attfT");
  EXPECT_NE(again.stream.find(R"({"role":"assistant","content":null,"refusal":null})"),
            std::string::npos);
  EXPECT_NE(again.stream.find(R"([{"index":0,"function":{"arguments":"{}"}}])"), std::string::npos);
  EXPECT_NE(again.whole.find(
                R"("message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[{)"
                R"("id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]})"),
            std::string::npos)
      << again.whole;
}

// The stream helpers of OpenAI's SDKs parse a call's arguments when the next begins.
TEST(ChatAnswerCodec, ACallHasItsArgumentsBeforeTheNextBegins) {
  const auto begin = [](int call, const std::string& id) {
    return Delta(R"("tool_calls":[{"index":)" + std::to_string(call) + R"(,"id":")" + id +
                 R"(","function":{"name":"f"}}])");
  };
  const auto arguments = [](int call, const std::string& text) {
    return Delta(R"("tool_calls":[{"index":)" + std::to_string(call) +
                 R"(,"function":{"arguments":")" + text + R"("}}])");
  };
  const auto order = [](const std::string& stream) {
    const std::string text = Through(kChatCodec, kSse, stream + Finish("tool_calls")).stream;
    std::string said;
    for (size_t at = 0; at < text.size(); ++at) {
      for (const std::string mark :
           {R"("id":"a)", R"("id":"b)", R"("arguments":"{})", R"("arguments":"1)"}) {
        if (text.compare(at, mark.size(), mark) == 0) said += mark.back();
      }
    }
    return said;
  };
  EXPECT_EQ(order(begin(0, "a") + begin(1, "b") + arguments(1, "1")), "a}b1");
  EXPECT_EQ(order(begin(0, "a") + begin(1, "b") + arguments(0, "1") + arguments(1, "{}")), "a1b}");
  EXPECT_EQ(order(begin(0, "a") + begin(1, "b") + arguments(1, "{}") + arguments(0, "1")), "a1b}");
  EXPECT_EQ(order(begin(0, "a") + begin(1, "b")), "a}b}");
  EXPECT_EQ(order(begin(0, "a") + arguments(0, "1") + begin(1, "b") + arguments(1, "1")), "a1b1");
}

TEST(ChatAnswerCodec, ArgumentsThatAreAnObjectAreTakenAsItsText) {
  const std::string whole =
      R"({"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f",)"
      R"("arguments":{"x":"y"}}}]},"finish_reason":"stop"}]})";
  EXPECT_EQ(Through(kChatCodec, kJson, whole).meaning.substr(0, 16), R"(<5 af {"x":"y"}>)");
}

TEST(ChatAnswerCodec, AStopSequenceIsKept_AndUnknownReasonsAreNoGoodEnd) {
  const std::string stop =
      Chunk(R"({"index":0,"delta":{"content":"a"},"finish_reason":"stop","stop_reason":"END"})");
  const Translated again = Through(kChatCodec, kSse, stop);
  EXPECT_NE(again.meaning.find("finish=2END"), std::string::npos) << again.meaning;
  EXPECT_EQ(MeaningOf(kChatCodec, kSse, again.stream), again.meaning);
  EXPECT_NE(Through(kChatCodec, kSse, Delta(R"("content":"a")") + Finish("abort"))
                .stream.find(R"("finish_reason":"length")"),
            std::string::npos);
}

// A reader of its own for each frame knows none before it.
TEST(ChatAnswerCodec, AChunkLikeTheLastButForItsTextMeansWhatItMeansAlone) {
  const auto text = [](const std::string& content, const std::string& more = "") {
    return R"({"choices":[{"index":0,"delta":{"content":")" + content + "\"" + more + "}}]}";
  };
  const std::string frames[] = {
      text("a"),
      text("b\\n\\u00e9"),
      text(""),
      text("c"),
      text("d\",\"refusal\":\"e"),
      text("e", R"(,"reasoning":"f")"),
      text("g", R"(,"reasoning":"f")"),
      text("h"),
      text("\\"),
      text("i\"}}],\"x\":[{\"y\":{\"z\":\""),
      R"({"choices":[{"index":0,"delta":{"reasoning":"a"}}]})",
      R"({"choices":[{"index":0,"delta":{"reasoning":"b"}}]})",
      R"({"choices":[{"index":1,"delta":{"reasoning":"b"}}]})",
      R"({"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]})",
      R"({"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]})"};
  class Said final : public AnswerSink {
   public:
    void On(const AnswerEvent& event) override {
      said += std::to_string(static_cast<int>(event.kind)) + std::to_string(event.choice) +
              std::string(event.text) + "|";
    }
    std::string said;
  };
  for (const std::string& first : frames) {
    for (const std::string& second : frames) {
      Said together, alone;
      const auto reader = kChatCodec.read_stream();
      for (const std::string& data : {first, second}) {
        const http::Frame frame{data, data, {}};
        reader->OnFrame(frame, &together);
        kChatCodec.read_stream()->OnFrame(frame, &alone);
      }
      EXPECT_EQ(together.said, alone.said) << first << second;
    }
  }
}

TEST(ChatAnswerCodec, LogprobsOverSeveralLinesAreOneLineInAFrame) {
  const std::string whole =
      "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\",\"logprobs\":"
      "{\"content\":[{\r\n\"token\":\"a\"\n}]}}]}";
  EXPECT_NE(Through(kChatCodec, kJson, whole).stream.find(R"("content":[{  "token":"a" }])"),
            std::string::npos);
}

TEST(ChatAnswerCodec, WhatHasTheWrongTypeIsPassedOver) {
  for (
      const char* choice :
      {"7", "{}", R"({"index":-1,"delta":{"content":"a"}})", R"({"index":"x","delta":7})",
       R"({"index":99999999,"delta":{"content":"a"},"finish_reason":"stop"})",
       R"({"index":0,"delta":{"content":7,"tool_calls":[7,{"function":7},{"function":{"name":7}}]}})",
       R"({"index":0,"delta":{"content":[7,{"text":"part"}],"tool_calls":{}},"logprobs":[]})",
       R"({"index":0,"delta":{"content":"\ud800"},"finish_reason":7,"logprobs":{"content":{}}})"}) {
    SCOPED_TRACE(choice);
    const Translated again = Through(kChatCodec, kSse, Chunk(choice) + Finish("stop"));
    EXPECT_TRUE(json::IsJson(again.whole)) << again.whole;
    EXPECT_EQ(MeaningOf(kChatCodec, kSse, again.stream), again.meaning);
  }
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  for (const char* body : {"", "7", "{}", "[]", R"({"choices":7})", R"({"choices":[)"})
    EXPECT_FALSE(kChatCodec.read_whole(body, &builder)) << body;
}

}  // namespace
}  // namespace banto::api::openai
