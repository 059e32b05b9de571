// Reading by the template must be indistinguishable from parsing each frame: here every frame goes
// to a reader of either kind, and all that they say is compared.
#include "proxy/api/chunk_template.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "answer_kit.h"
#include "capture.h"
#include "proxy/api/anthropic/message_check.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/request_facts.h"
#include "proxy/api/stream_reader.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

using Frames = std::vector<std::string>;

std::string Told(const FrameVerdict& v) {
  std::string told;
  for (const int64_t number : {int64_t{static_cast<int>(v.kind)}, int64_t{v.id_at},
                               int64_t{v.id_size}, int64_t{v.created_at}, int64_t{v.created_size},
                               int64_t{v.created_is_date}, int64_t{v.error_status}}) {
    told += std::to_string(number) + " ";
  }
  return told;
}

std::string Told(const StreamReader& reader, const Usage& usage) {
  return std::string(CompletenessName(reader.Finish())) + (reader.failed() ? " failed" : "") +
         (reader.finished() ? " finished " : " open ") + std::to_string(usage.input_tokens) + " " +
         std::to_string(usage.output_tokens);
}

std::unique_ptr<StreamReader> Make(const RequestExpectations& expectations, bool by_template) {
  const bool chunks =
      expectations.operation == known::kChat || expectations.operation == known::kCompletions;
  if (expectations.operation == known::kMessages)
    return anthropic::ReadPassing(expectations, by_template);
  return chunks ? openai::ReadChunks(expectations, by_template)
                : ollama::ReadLines(expectations, by_template);
}

// A frame as the splitter gives it: SSE with one data line, perhaps named, or a line of JSON.
http::Frame FrameOf(const std::string& bytes) {
  const std::string_view view = bytes;
  const size_t data = view.find("\ndata: ");
  if (view.starts_with("event: ") && data != view.npos && data + 9 <= view.size())
    return {view, view.substr(data + 7, view.size() - data - 9), view.substr(7, data - 7)};
  const bool sse = view.substr(0, 6) == "data: ";
  return {view, sse ? view.substr(6, view.size() - 8) : view.substr(0, view.size() - 1), {}};
}

// Both readers on `frames`; false at the first difference.
void Compare(const RequestExpectations& expectations, const Frames& frames) {
  const auto quick = Make(expectations, true), careful = Make(expectations, false);
  Usage quick_usage, careful_usage;
  for (const std::string& bytes : frames) {
    const http::Frame frame = FrameOf(bytes);
    if (frame.data.empty()) continue;
    ASSERT_EQ(Told(quick->OnFrame(frame, &quick_usage)),
              Told(careful->OnFrame(frame, &careful_usage)))
        << bytes;
    ASSERT_EQ(Told(*quick, quick_usage), Told(*careful, careful_usage)) << bytes;
  }
}

const std::string kEnd = "}\n\n";

// Chunks of vLLM (identity in front) and of llama.cpp (identity behind), by raw text and time.
std::string Front(const std::string& text, const std::string& time = "1795252873") {
  return R"(data: {"id":"chatcmpl-b1","object":"chat.completion.chunk","created":)" + time +
         R"(,"model":"m","choices":[{"index":0,"delta":{"content":")" + text +
         R"("},"logprobs":null,"finish_reason":null}])" + kEnd;
}
std::string Behind(const std::string& text, const std::string& time = "1795252873") {
  return R"(data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":")" + text +
         R"("}}],"created":)" + time + R"(,"id":"chatcmpl-Jk","object":"chat.completion.chunk")" +
         kEnd;
}
std::string Text(const std::string& text, const std::string& time = "7") {
  return R"(data: {"id":"cmpl-8","created":)" + time + R"(,"choices":[{"index":0,"text":")" + text +
         R"(","finish_reason":null}])" + kEnd;
}
std::string Line(const std::string& text, const std::string& time = "2026-11-21T09:28:47.25Z") {
  return R"({"model":"gemma","created_at":")" + time +
         R"(","message":{"role":"assistant","content":")" + text + "\"},\"done\":false}\n";
}

const Frames kTexts = {"a",
                       "",
                       " ",
                       "stop",
                       "null",
                       "番頭🙂",
                       "\xff",
                       "\xC0\x80",
                       "\xED\xA0\x80",
                       "\xE7\x95",
                       "\x7f",
                       "\x1f",
                       "\n",
                       std::string("\0", 1),
                       R"(\n)",
                       R"(\")",
                       R"(\\)",
                       R"(\)",
                       R"(\x)",
                       R"(\u00e9)",
                       R"(\u12)",
                       R"(\ud83d\ude42)",
                       R"(\ud83d)",
                       R"(","finish_reason":"stop)",
                       R"("},"finish_reason":"stop","delta":{"content":")",
                       R"("}}],"error":{"code":1},"x":[{"a":{"b":")",
                       R"(","content":")",
                       R"(","tool_calls":[{"function":{"arguments":"x"}}],"content":")",
                       "}]}",
                       std::string(15, 'x'),
                       std::string(16, 'x'),
                       std::string(17, 'x'),
                       std::string(600, 'x'),
                       std::string(2000, 'x'),
                       std::string(31, 'x') + "é",
                       std::string(31, 'x') + "\xff",
                       std::string(40, 'x') + "\"" + std::string(40, 'x')};

TEST(ChunkTemplate, WhateverStandsInTheTextItIsReadAsIfParsed) {
  struct Kind {
    const OperationInfo* operation;
    std::string (*frame)(const std::string&, const std::string&);
    std::string time, end;
  };
  const std::string stop = Chunk("{}", R"("stop")");
  for (const Kind& kind : {Kind{known::kChat, Front, "1795252873", stop},
                           Kind{known::kChat, Behind, "1795252873", stop},
                           Kind{known::kCompletions, Text, "1795252873", stop},
                           Kind{known::kOllamaChat, Line, "2026",
                                R"({"done":true,"done_reason":"stop"})"
                                "\n"}}) {
    for (const std::string& first : kTexts) {
      for (const std::string& text : kTexts) {
        Compare(Expect(kind.operation),
                {kind.frame(first, kind.time), kind.frame(text, kind.time),
                 kind.frame("a", kind.time), kind.end, kDone, kind.frame("a", kind.time)});
      }
    }
    for (const char* time :
         {"1", "0", "00", "01", "", "-1", "1.5", "1e5", "null", "99999999999999999999",
          "1795252874", "1795252873 ", " 1795252873", "2026-11-21T09:28:47Z", "\""}) {
      Compare(Expect(kind.operation), {kind.frame("a", kind.time), kind.frame("bc", time),
                                       kind.frame("d", time), kind.end, kDone});
    }
  }
}

TEST(ChunkTemplate, AfterAFinishOrTheEndATokenIsStillWrong) {
  const Frames ends = {Chunk("{}", R"("stop")"),
                       kDone,
                       Chunk(R"({"content":""})"),
                       "data: {\"error\":{\"code\":500}}\n\n",
                       "data: no\n\n",
                       "data: {\"x\":1}\n\n"};
  for (const std::string& end : ends) {
    for (const std::string& other : ends) {
      Compare(kChat,
              {Token(), Token(), end, Token(), Token(), other, Token(), Stop(), kDone, Token()});
    }
  }
  EXPECT_EQ(ReadStream(kChat, Token() + Token() + Stop() + Token() + kDone).verdict,
            Completeness::kMalformed);
  EXPECT_EQ(ReadStream(kChat, Token() + Stop() + kDone + Token()).verdict,
            Completeness::kMalformed);
}

TEST(ChunkTemplate, ChoicesAndToolCallsKeepWhatIsTheirs) {
  const auto call = [](const std::string& piece) {
    return Chunk(R"({"content":"x","tool_calls":[{"index":0,"function":{"arguments":")" + piece +
                 R"("}}]})");
  };
  Compare(kChat, {call("{"), call("{"), call("}"), call("}"), Stop(), kDone});
  const auto two = Expect(known::kChat, 2);
  Compare(two, {Token(0), Token(1), Token(1), Token(0), Stop(0), Token(1), Token(1), Token(0),
                Stop(1), kDone});
  Compare(two, {Token(0), Token(0), Stop(1), Token(0), Stop(0), kDone});
  Compare(two, {Token(2), Token(2), Token(0), Token(0), Stop(0), Stop(1), kDone});
  const std::string both =
      R"(data: {"id":"c","choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]})"
      "\n\n";
  Compare(two, {both, both, Stop(0), Stop(1), kDone});
  const std::string usage =
      R"(data: {"id":"c","choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}})"
      "\n\n";
  Compare(Expect(known::kChat, 1, false, true), {usage, usage, Stop(), kDone});
}

TEST(ChunkTemplate, ChoicesBeyondOneWordEndEachForItself) {
  const int count = 130;
  std::string tokens, stops;
  for (int i = 0; i < count; ++i) {
    tokens += Token(i) + Token(i);
    stops += Stop(i);
  }
  const auto many = Expect(known::kChat, count);
  EXPECT_EQ(ReadStream(many, tokens + stops + kDone).verdict, Completeness::kComplete);
  EXPECT_EQ(ReadStream(many, tokens + stops + Token(129) + kDone).verdict,
            Completeness::kMalformed);
  for (const int missing : {0, 63, 64, 127, 128, 129}) {
    std::string others;
    for (int i = 0; i < count; ++i) others += i == missing ? "" : Stop(i);
    EXPECT_FALSE(ReadStream(many, tokens + others + kDone).finished);
  }
}

// The frames of a recorded stream; empty when it is none.
Frames FramesOf(const Capture& capture) {
  const bool sse = capture.content_type == "text/event-stream";
  if (capture.status != 200 || (!sse && capture.content_type != "application/x-ndjson")) return {};
  http::FrameSplitter splitter(sse ? http::StreamFraming::kSse : http::StreamFraming::kNdjson);
  splitter.Feed(capture.body);
  Frames frames;
  http::Frame frame;
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    frames.emplace_back(frame.bytes);
  }
  return frames;
}

struct Recorded {
  RequestExpectations expectations;
  Frames frames;
};

std::vector<Recorded> RecordedStreams() {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(BANTO_SOURCE_DIR) / "tests" / "captures";
  std::vector<Recorded> streams;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const Capture capture = LoadCapture(fs::relative(entry.path(), root).string());
    json::JsonScan scan;
    scan.Scan(capture.request_body);
    const OperationInfo& info = *FindOperation(capture.method, capture.path);
    Recorded recorded{ReadRequestFacts(info, scan).expectations, FramesOf(capture)};
    const OperationInfo* const operation = recorded.expectations.operation;
    const bool by_template = operation == known::kChat || operation == known::kCompletions ||
                             operation == known::kOllamaChat ||
                             operation == known::kOllamaGenerate || operation == known::kMessages;
    if (by_template && !recorded.frames.empty()) streams.push_back(std::move(recorded));
  }
  return streams;
}

TEST(ChunkTemplate, EveryRecordedStreamIsReadAsIfParsed) {
  const std::vector<Recorded> streams = RecordedStreams();
  EXPECT_GE(streams.size(), 20U);
  for (const Recorded& recorded : streams) Compare(recorded.expectations, recorded.frames);
}

// One change of one stream: of a byte, of a piece, of the order.
void Mutate(std::mt19937* random, Frames* frames) {
  const auto pick = [random](size_t count) { return (*random)() % count; };
  std::string& frame = (*frames)[pick(frames->size())];
  constexpr std::string_view kBytes = "\"\\{}[]:,0an\x01\xff\xc3 u";
  switch (pick(6)) {
    case 0:
      frame[pick(frame.size())] = kBytes[pick(kBytes.size())];
      break;
    case 1:
      frame.insert(pick(frame.size()), 1, kBytes[pick(kBytes.size())]);
      break;
    case 2:
      frame.erase(pick(frame.size()), 1 + pick(3));
      break;
    case 3:
      std::swap(frame, (*frames)[pick(frames->size())]);
      break;
    case 4:
      frames->insert(frames->begin() + static_cast<ptrdiff_t>(pick(frames->size())), frame);
      break;
    default:
      if (const size_t at = frame.find("\"content\":\""); at != std::string::npos) {
        frame.insert(at + 11, kTexts[pick(kTexts.size())]);
      }
  }
  for (std::string& each : *frames) {
    if (each.size() < 9) each = kDone;
  }
}

TEST(ChunkTemplate, EveryDamagedStreamIsReadAsIfParsed) {
  std::mt19937 random(7);
  for (const Recorded& recorded : RecordedStreams()) {
    for (int round = 0; round < 300; ++round) {
      Frames frames = recorded.frames;
      for (int changes = 1 + round % 4; changes > 0; --changes) Mutate(&random, &frames);
      Compare(recorded.expectations, frames);
      if (HasFatalFailure()) return;
    }
  }
}

// It is no use if nothing matches.
TEST(ChunkTemplate, TheTokensOfEachEngineMatch) {
  const std::string time = "1795252873";
  const auto learn = [&time](const std::string& frame, const std::string& text) {
    const std::string_view bytes = frame;
    FrameVerdict verdict;
    verdict.created_at = static_cast<uint32_t>(frame.find(time));
    verdict.created_size = static_cast<uint32_t>(time.size());
    ChunkTemplate known;
    known.Learn(frame, verdict, bytes.substr(bytes.find(text), text.size()), {});
    return known;
  };
  FrameVerdict verdict;
  for (const auto frame : {Front, Behind, Text}) {
    const std::string first = frame("first!", time);
    ChunkTemplate known = learn(first, "first!");
    EXPECT_TRUE(known.Matches(first, &verdict));
    EXPECT_TRUE(known.Matches(frame("b", "1795252874"), &verdict));
    EXPECT_TRUE(known.Matches(frame("a longer one, with \\\" and 番頭", "1795252875"), &verdict));
    EXPECT_FALSE(known.Matches(frame("", time), &verdict));
    EXPECT_FALSE(known.Matches(first + " ", &verdict));
    for (size_t size = 0; size < first.size(); ++size) {
      EXPECT_FALSE(known.Matches(std::string_view(first).substr(0, size), &verdict));
    }
  }
  const std::string line = Line("first!", "2026-11-21T09:28:47.251518702Z");
  ChunkTemplate known;
  const size_t at = line.find("2026");
  known.Learn(line, {}, std::string_view(line).substr(line.find("first!"), 6),
              std::string_view(line).substr(at, line.find('Z') + 1 - at));
  EXPECT_TRUE(known.Matches(Line("b", "2026-11-21T09:28:47.25Z"), &verdict));
  const std::string large_text(1024, 'x');
  EXPECT_FALSE(learn(Front(large_text), large_text).Matches(Front(large_text), &verdict));
  EXPECT_FALSE(ChunkTemplate().Matches("", &verdict));
}

}  // namespace
}  // namespace banto::api
