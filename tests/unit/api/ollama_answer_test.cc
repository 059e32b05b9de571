// What workers say as Ollama's answers, and an Ollama's answers as events.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "capture.h"
#include "proxy/api/ollama/codecs.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;
using Kind = AnswerEvent::Kind;

const NeutralRequest kRequest;
const AnswerContext kContext = {&kRequest, "{}", "my \"model\"", "abc", 1795252872};

AnswerEvent Event(Kind kind, std::string_view text = {}, int call = 0) {
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  event.call = call;
  return event;
}

AnswerEvent Finish(FinishReason reason) {
  AnswerEvent event = Event(Kind::kFinish);
  event.reason = reason;
  return event;
}

AnswerEvent Call(int call, std::string_view id, std::string_view name) {
  AnswerEvent event = Event(Kind::kToolCall, {}, call);
  event.id = id;
  event.name = name;
  return event;
}

AnswerEvent Counts(int64_t input, int64_t output) {
  AnswerEvent event = Event(Kind::kUsage);
  event.usage.input = input;
  event.usage.output = output;
  return event;
}

std::vector<Json> Written(const Codec& codec, const std::vector<AnswerEvent>& events,
                          std::string* kinds = nullptr) {
  FrameOutput out;
  const auto writer = codec.write_stream(kContext, &out);
  for (const AnswerEvent& event : events) writer->On(event);
  writer->End();
  std::vector<Json> lines;
  for (const FrameOutput::Written& frame : out.frames()) {
    const std::string_view line = out.bytes().substr(frame.begin, frame.end - frame.begin);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    lines.push_back(Json::parse(line));
    if (kinds != nullptr) *kinds += "catfTe"[static_cast<int>(frame.verdict.kind)];
  }
  return lines;
}

// An answer as others would see it.
struct Meaning {
  std::string text, thinking, calls, logprobs;
  FinishReason reason = FinishReason::kNone;
  int64_t input = -1, output = -1;
  bool operator==(const Meaning&) const = default;
};

Meaning MeaningOf(const NeutralAnswer& answer) {
  Meaning meaning;
  meaning.input = answer.usage.input;
  meaning.output = answer.usage.output;
  if (answer.choices.empty()) return meaning;
  meaning.reason = answer.choices[0].reason;
  meaning.logprobs = answer.choices[0].logprobs;
  for (const Part& part : answer.choices[0].parts) {
    if (part.kind == Part::Kind::kText) meaning.text += part.text;
    if (part.kind == Part::Kind::kReasoning) meaning.thinking += part.text;
    if (part.kind == Part::Kind::kToolCall)
      meaning.calls += std::string(part.name) + Plain(part.arguments);
  }
  return meaning;
}

// `body`: whole, or lines.
void Read(const Codec& codec, const std::string& body, bool stream, NeutralAnswer* answer) {
  AnswerBuilder builder(answer);
  if (!stream) {
    EXPECT_TRUE(codec.read_whole(body, &builder)) << body;
  } else {
    const auto reader = codec.read_stream();
    http::FrameSplitter splitter(http::StreamFraming::kNdjson);
    splitter.Feed(body);
    http::Frame frame;
    while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame)
      reader->OnFrame(frame, &builder);
  }
  builder.Finish();
}

TEST(OllamaAnswer, TextAndThinkingAreLinesAndTheLastOneIsDone) {
  std::string kinds;
  const auto lines =
      Written(ollama::kChatCodec,
              {Event(Kind::kReasoning, "hm"), Event(Kind::kText, ""),
               Event(Kind::kText, "a\\n\\\"b"), Finish(FinishReason::kLength), Counts(7, 8)},
              &kinds);
  EXPECT_EQ(kinds, "ttT");
  EXPECT_EQ(lines[0], Json::parse(R"({"model":"my \"model\"",
    "created_at":"2026-11-21T09:21:12.000000000Z",
    "message":{"role":"assistant","content":"","thinking":"hm"},"done":false})"));
  EXPECT_EQ(lines[1]["message"], Json::parse(R"({"role":"assistant","content":"a\n\"b"})"));
  EXPECT_EQ(lines[2], Json::parse(R"({"model":"my \"model\"",
    "created_at":"2026-11-21T09:21:12.000000000Z","message":{"role":"assistant","content":""},
    "done":true,"done_reason":"length","total_duration":0,"load_duration":0,"prompt_eval_count":7,
    "prompt_eval_duration":0,"eval_count":8,"eval_duration":0})"));
}

TEST(OllamaAnswer, AGeneratedOneHasItsTextInResponse) {
  const auto lines =
      Written(ollama::kGenerateCodec, {Event(Kind::kText, "a"), Finish(FinishReason::kStop)});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["response"], "a");
  EXPECT_FALSE(lines[0].contains("message"));
  EXPECT_EQ(lines[1]["response"], "");
  EXPECT_EQ(lines[1]["done_reason"], "stop");
  EXPECT_FALSE(lines[1].contains("eval_count"));  // nobody said it
}

TEST(OllamaAnswer, PiecesOfInterleavedCallsComeAsOneLine) {
  const auto lines =
      Written(ollama::kChatCodec,
              {Event(Kind::kText, "so"), Call(0, "c0", "f"), Call(1, "", "g"),
               Event(Kind::kArguments, "{\\\"x\\\":", 0), Event(Kind::kArguments, "nonsense", 1),
               Event(Kind::kArguments, "\\n1}", 0), Finish(FinishReason::kToolCalls)});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1]["message"], Json::parse(R"({"role":"assistant","content":"","tool_calls":[
    {"id":"c0","function":{"index":0,"name":"f","arguments":{"x":1}}},
    {"id":"call_abc1","function":{"index":1,"name":"g","arguments":{"arguments":"nonsense"}}}]})"));
  EXPECT_EQ(lines[2]["done_reason"], "stop");
}

TEST(OllamaAnswer, NoUnicodeLineEndIsLeftRawInALine) {
  FrameOutput out;
  const auto writer = ollama::kChatCodec.write_stream(kContext, &out);
  writer->On(Event(Kind::kText, "a\u0085b\u2028c\u2029d\u00e9\u20ac"));
  writer->End();
  EXPECT_NE(out.bytes().find("a\\u0085b\\u2028c\\u2029d\u00e9\u20ac"), std::string::npos);
}

TEST(OllamaAnswer, LogprobsAreOpenAisElements) {
  AnswerEvent event = Event(Kind::kText, "a");
  event.logprobs = R"({"token":"a","logprob":-0.5})";
  const auto lines = Written(ollama::kChatCodec, {event, Finish(FinishReason::kStop)});
  EXPECT_EQ(lines[0]["logprobs"], Json::parse(R"([{"token":"a","logprob":-0.5}])"));
  NeutralAnswer read;
  Read(ollama::kChatCodec, lines[0].dump() + "\n" + lines[1].dump() + "\n", true, &read);
  EXPECT_EQ(read.choices[0].logprobs, R"({"logprob":-0.5,"token":"a"})");
}

TEST(OllamaAnswer, CallsAreReadWholeAndFinishAsCalls) {
  NeutralAnswer answer;
  Read(ollama::kChatCodec,
       R"({"message":{"content":"","thinking":"hm","tool_calls":[{"function":{"name":"f",)"
       R"("arguments":{"a":"\n"}}},{"id":"i","function":{"name":"g"}}]},"done":false})"
       "\n"
       R"({"message":{"content":""},"done":true,"done_reason":"stop","eval_count":3})"
       "\n",
       true, &answer);
  ASSERT_EQ(answer.choices.size(), 1U);
  const std::vector<Part>& parts = answer.choices[0].parts;
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].text, "hm");
  EXPECT_EQ(Plain(parts[1].arguments), R"({"a":"\n"})");
  EXPECT_EQ(parts[2].id, "i");
  EXPECT_EQ(parts[2].arguments, "{}");
  EXPECT_EQ(answer.choices[0].reason, FinishReason::kToolCalls);
  EXPECT_EQ(answer.usage.output, 3);
}

TEST(OllamaAnswer, EveryRecordedOneIsReadAndWrittenBackMeaningTheSame) {
  for (const char* const name :
       {"api-chat", "api-chat-stream", "api-chat-unknown-field", "api-chat-unknown-option",
        "api-generate", "api-generate-stream"}) {
    const Capture capture = LoadCapture("ollama/" + std::string(name) + ".txt");
    ASSERT_EQ(capture.status, 200) << name;
    const Codec& codec = capture.path == "/api/chat" ? ollama::kChatCodec : ollama::kGenerateCodec;
    NeutralAnswer answer, again, streamed;
    Read(codec, capture.body, capture.content_type == "application/x-ndjson", &answer);
    const Meaning meaning = MeaningOf(answer);
    EXPECT_FALSE(meaning.text.empty()) << name;
    EXPECT_EQ(meaning.reason, FinishReason::kLength) << name;
    EXPECT_GT(meaning.input, 0) << name;
    EXPECT_GT(meaning.output, 0) << name;

    Read(codec, codec.write_whole(kContext, answer), false, &again);
    EXPECT_EQ(MeaningOf(again), meaning) << name;

    FrameOutput out;
    const auto writer = codec.write_stream(kContext, &out);
    Replay(answer, writer.get());
    writer->End();
    Read(codec, std::string(out.bytes()), true, &streamed);
    EXPECT_EQ(MeaningOf(streamed), meaning) << name;
  }
}

TEST(OllamaAnswer, AWholeOneGathersTextThinkingAndCalls) {
  NeutralAnswer answer, again;
  AnswerBuilder builder(&answer);
  for (const AnswerEvent& event :
       {Event(Kind::kReasoning, "hm"), Event(Kind::kText, "a"), Call(0, "c0", "f"),
        Event(Kind::kArguments, "{}"), Event(Kind::kText, "b"), Finish(FinishReason::kToolCalls),
        Counts(5, 6)})
    builder.On(event);
  builder.Finish();
  const std::string body = ollama::kChatCodec.write_whole(kContext, answer);
  EXPECT_EQ(Json::parse(body)["message"],
            Json::parse(R"({"role":"assistant","content":"ab","thinking":"hm","tool_calls":[
    {"id":"c0","function":{"index":0,"name":"f","arguments":{}}}]})"));
  Read(ollama::kChatCodec, body, false, &again);
  EXPECT_EQ(MeaningOf(again), MeaningOf(answer));
}

TEST(OllamaAnswer, ReasonsThatOllamaHasNoWordForDoNotLookGood) {
  for (const auto& [reason, word] : std::vector<std::pair<FinishReason, const char*>>{
           {FinishReason::kStopSequence, "stop"},
           {FinishReason::kContentFilter, "content_filter"},
           {FinishReason::kPaused, "length"},
           {FinishReason::kOther, "error"}}) {
    EXPECT_EQ(Written(ollama::kChatCodec, {Finish(reason)}).back()["done_reason"], word);
  }
}

TEST(OllamaAnswer, LinesOfWrongTypesNeitherCrashNorSayAnything) {
  for (const std::string line :
       {R"({"message":5})", R"({"message":{"content":6,"thinking":[],"tool_calls":{"a":1}}})",
        R"({"message":{"tool_calls":[5,{"function":7},{"function":{"name":8,"arguments":[]}}]}})",
        R"({"done":true,"done_reason":4,"eval_count":"x","logprobs":{}})", R"([])", R"({)"}) {
    NeutralAnswer answer;
    AnswerBuilder builder(&answer);
    ollama::kChatCodec.read_whole(line, &builder);
    builder.Finish();
    EXPECT_TRUE(Json::accept(ollama::kChatCodec.write_whole(kContext, answer))) << line;
    FrameOutput out;
    const auto writer = ollama::kChatCodec.write_stream(kContext, &out);
    Replay(answer, writer.get());
    writer->End();
    for (const FrameOutput::Written& frame : out.frames())
      EXPECT_TRUE(Json::accept(out.bytes().substr(frame.begin, frame.end - frame.begin))) << line;
  }
}

TEST(OllamaEmbeddings, RowsAreWrittenAsNumbersWhateverTheWorkerSent) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  AnswerEvent row = Event(Kind::kEmbedding, "[0.25,1e-3]");
  builder.On(row);
  row.choice = 1;
  row.text = R"("AACAPwAAAMA=")";  // 1, -2
  builder.On(row);
  builder.On(Counts(4, -1));
  builder.Finish();
  EXPECT_EQ(Json::parse(ollama::kEmbedCodec.write_whole(kContext, answer)),
            Json::parse(R"({"model":"my \"model\"","embeddings":[[0.25,1e-3],[1,-2]],
                            "total_duration":0,"load_duration":0,"prompt_eval_count":4})"));
  EXPECT_EQ(ollama::kOldEmbeddingsCodec.write_whole(kContext, answer),
            R"({"embedding":[0.25,1e-3]})");
}

TEST(OllamaEmbeddings, BothFormsAreReadAsRows) {
  NeutralAnswer answer, old;
  Read(ollama::kEmbedCodec, R"({"model":"m","embeddings":[[1,2],[3,4]],"prompt_eval_count":9})",
       false, &answer);
  ASSERT_EQ(answer.embeddings.size(), 2U);
  EXPECT_EQ(answer.embeddings[1], "[3,4]");
  EXPECT_EQ(answer.usage.input, 9);
  Read(ollama::kOldEmbeddingsCodec, R"({"embedding":[5]})", false, &old);
  EXPECT_EQ(old.embeddings, std::vector<RawJson>{"[5]"});
  AnswerBuilder builder(&answer);
  EXPECT_FALSE(ollama::kEmbedCodec.read_whole(R"({"embeddings":[null]})", &builder));
}

}  // namespace
}  // namespace banto::api
