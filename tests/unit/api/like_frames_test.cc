// Frames that are like the one before are not parsed: nothing that an engine, or an enemy, can say
// in them may make a difference. Streams are put together of such frames, by the same chance each
// time.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "known_operations.h"
#include "packaging_kit.h"
#include "unlike_frames.h"

namespace banto::api {
namespace {

using Choice = std::mt19937_64;

// In place of '@' and '#': a text, and one of digits.
constexpr const char* kTexts[] = {"a",      "b",   "",  R"(c\n\")", R"(\ud83d)", R"(\ude00)",
                                  "\u00e9", "d}]", "n", "v",        "null",      R"(\u0022)"};
constexpr const char* kDigits[] = {"1", "2", ""};

std::string Filled(std::string_view frame, Choice* choice) {
  std::string filled;
  for (const char c : frame) {
    if (c == '@') {
      filled += kTexts[(*choice)() % std::size(kTexts)];
    } else if (c == '#') {
      filled += kDigits[(*choice)() % std::size(kDigits)];
    } else {
      filled += c;
    }
  }
  return filled;
}

struct Api {
  const OperationInfo* operation;
  std::vector<std::string> begin, middle, end;
};

std::string StreamOf(const Api& api, Choice* choice) {
  std::vector<std::string> frames = api.begin;
  for (int kinds = 0; kinds < 5; ++kinds) {
    const std::string& frame = api.middle[(*choice)() % api.middle.size()];
    for (size_t times = 1 + (*choice)() % 4; times > 0; --times)
      frames.push_back(Filled(frame, choice));
  }
  frames.insert(frames.end(), api.end.begin(), api.end.end());
  if (api.operation->framing == http::StreamFraming::kNdjson) return Lines(frames);
  if (api.operation == known::kMessages) return Events(frames);
  std::string stream;
  for (const std::string& frame : frames) stream.append("data: ").append(frame).append("\n\n");
  return stream;
}

void ExpectTheSame(const Api& api) {
  constexpr int kStreams = 4000;
  Choice choice(1);
  int told = 0;
  for (int i = 0; i < kStreams; ++i) {
    const std::string stream = StreamOf(api, &choice);
    const auto whole = api.operation->packager->whole(stream);
    told += whole.has_value() ? 1 : 0;
    ASSERT_EQ(Told(whole),
              Told(api.operation->packager->whole(UnlikeFrames(stream, api.operation->framing))))
        << stream;
  }
  EXPECT_GT(told, kStreams / 4);
}

std::string Delta(int index, std::string_view delta) {
  return R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" +
         std::string(delta) + "}";
}

TEST(LikeFrames, OfAMessageAddUpAsIfEachWereParsed) {
  ExpectTheSame(
      {.operation = known::kMessages,
       .begin =
           {R"({"type":"message_start","message":{"id":"1","content":[],"usage":{"n":0}}})",
            R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
            R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t"}})",
            R"({"type":"content_block_start","index":2,"content_block":{"type":"thinking","thinking":"","signature":""}})"},
       .middle =
           {Delta(0, R"({"type":"text_delta","text":"@"})"),
            Delta(0, R"({"text":"@","type":"text_delta"})"),
            Delta(1, R"({"type":"input_json_delta","partial_json":"#"})"),
            Delta(1, R"({"type":"input_json_delta","partial_json":"#","partial_json":"#"})"),
            Delta(1, R"({"type":"input_json_delta","partial_json":"#","partial_json":null})"),
            Delta(1, R"({"type":"input_json_delta","partial_json":1,"text":"@"})"),
            Delta(2, R"({"type":"thinking_delta","thinking":"@"})"),
            Delta(2, R"({"type":"signature_delta","signature":"@"})"),
            Delta(0, R"({"type":"text_delta","text":"@","mood":"@"})"),
            Delta(0, R"({"type":"text_delta","text":"@","mood":"v","mood":"@"})"),
            Delta(0, R"({"type":"text_delta","text":"@","mood":{"a":"@"}})"),
            Delta(0, R"({"type":"text_delta","text":"@","mood":3})"),
            Delta(0, R"({"type":"text_delta","text":"@","text":"@"})"),
            Delta(0, R"({"type":"text_delta","text":"@","text":{"u":"@"}})"),
            Delta(0, R"({"type":"text_delta","text":"@","text":null})"),
            Delta(0, R"({"type":"text_delta","type":"text_delta","text":"@","partial_json":"@"})"),
            Delta(0,
                  R"({"type":"text_delta","text":"@"},"delta":{"type":"text_delta","text":"@"})"),
            Delta(0, R"({"type":"text_delta","text":"@"},"index":2)"),
            Delta(0, R"({"type":"text_delta","text":"@"},"usage":{"n":"@"},"at":"@")"),
            Delta(0, R"({"type":"citations_delta","citation":{"cited_text":"@"}})"),
            R"({"type":"ping"})",
            R"({"type":"message_delta","delta":{"stop_sequence":"@"},"usage":{"n":"@"}})"},
       .end = {R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"n":5}})",
               R"({"type":"message_stop"})"}});
}

TEST(LikeFrames, OfOllamaAddUpAsIfEachWereParsed) {
  ExpectTheSame(
      {.operation = known::kOllamaChat,
       .begin = {},
       .middle =
           {R"({"model":"m","created_at":"@","message":{"role":"assistant","content":"@"},"done":false})",
            R"({"model":"m","created_at":"@","message":{"role":"assistant","content":"@","thinking":"@"},"done":false})",
            R"({"model":"m","created_at":"@","message":{"role":"@","content":""},"done":false})",
            R"({"model":"@","created_at":"@","response":"@","thinking":"@","done":false})",
            R"({"created_at":"@","created_at":"v","message":{"content":"@"}})",
            R"({"created_at":"v","created_at":"@","message":{"content":"@"}})",
            R"({"created_at":"@","message":{"content":"@","content":"@"}})",
            R"({"created_at":"@","message":{"content":"@"},"message":{"content":"@"}})",
            R"({"created_at":"@","message":{"content":"@"},"message":"@"})",
            R"({"created_at":"@","message":{"content":"@","images":["@"]}})",
            R"({"created_at":"@","message":{"content":"@","tool_calls":[{"function":{"name":"@"}}]}})",
            R"({"created_at":"@","message":{"content":"@"},"logprobs":[{"token":"@"}]})",
            R"({"created_at":"@","message":{"content":null},"mood":"@","n":1})",
            R"({"created_at":null,"message":{"content":"@"},"mood":null,"n":2})"},
       .end = {R"({"created_at":"9","message":{"content":""},"done":true,"eval_count":3})"}});
}

TEST(LikeFrames, OfAChatAddUpAsIfEachWereParsed) {
  ExpectTheSame(
      {.operation = known::kChat,
       .begin = {R"({"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})"},
       .middle =
           {R"({"id":"1","choices":[{"index":0,"delta":{"content":"@"},"finish_reason":null}]})",
            R"({"id":"1","choices":[{"index":1,"delta":{"content":"@"}}]})",
            R"({"id":"@","choices":[{"index":0,"delta":{"content":"@"}}],"obfuscation":"@"})",
            R"({"choices":[{"index":0,"delta":{"reasoning":"@","content":"@"}}]})",
            R"({"choices":[{"index":0,"delta":{"content":"@"}},{"index":1,"delta":{"content":"@"}}]})",
            R"({"choices":[{"index":0,"delta":{"content":"@"}},{"index":0,"delta":{"content":"@"}}]})",
            R"({"choices":[{"delta":{"content":"@"}},{"index":0,"delta":{"content":"v"}}]})",
            R"({"choices":[{"index":0,"delta":{"content":"@"},"delta":{"content":"@"}}]})",
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"@","function":{"name":"@","arguments":"@"}}]}}]})",
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"n","name":"@"}}]}}]})",
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"@"}}]}}]})",
            R"({"choices":[{"index":0,"delta":{"content":"@"},"logprobs":{"content":[{"token":"@"}]}}]})",
            R"({"choices":[{"index":0,"delta":{},"finish_reason":"@"}]})",
            R"({"choices":[],"usage":{"n":1},"mood":"@","p":"@","q":"@","r":"@","s":"@"})"},
       .end = {R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})", "[DONE]"}});
}

}  // namespace
}  // namespace banto::api
