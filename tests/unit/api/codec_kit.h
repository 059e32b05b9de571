// What the tests of codecs share. For tests only.
#ifndef BANTO_TESTS_UNIT_API_CODEC_KIT_H_
#define BANTO_TESTS_UNIT_API_CODEC_KIT_H_

#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"

namespace banto::api {

inline AnswerEvent Said(AnswerEvent::Kind kind, std::string_view text, int call = 0) {
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  event.call = call;
  return event;
}

inline AnswerEvent CallOf(int call, std::string_view id, std::string_view name) {
  AnswerEvent event;
  event.kind = AnswerEvent::Kind::kToolCall;
  event.call = call;
  event.id = id;
  event.name = name;
  return event;
}

inline AnswerEvent Ended(FinishReason reason, std::string_view stop = {}) {
  AnswerEvent event = Said(AnswerEvent::Kind::kFinish, stop);
  event.reason = reason;
  return event;
}

inline AnswerEvent Counted(int64_t input, int64_t output, int64_t cached = -1,
                           int64_t reasoning = -1) {
  AnswerEvent event;
  event.kind = AnswerEvent::Kind::kUsage;
  event.usage.input = input;
  event.usage.output = output;
  event.usage.cached = cached;
  event.usage.reasoning = reasoning;
  return event;
}

// A question for writers, with what they know of it.
struct Asked {
  NeutralRequest request;
  AnswerContext context;

  Asked() {
    context.request = &request;
    context.model = "m\"1";
    context.id = "abc";
    context.created_s = 1700000000;
  }
};

// What a writer makes of events.
inline std::string Streamed(const Codec& codec, const std::vector<AnswerEvent>& events,
                            FrameOutput* out) {
  const Asked asked;
  const auto writer = codec.write_stream(asked.context, out);
  for (const AnswerEvent& event : events) writer->On(event);
  writer->End();
  return std::string(out->bytes());
}

inline std::string Streamed(const Codec& codec, const std::vector<AnswerEvent>& events) {
  FrameOutput out;
  return Streamed(codec, events, &out);
}

inline std::string Whole(const Codec& codec, const std::vector<AnswerEvent>& events) {
  const Asked asked;
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  for (const AnswerEvent& event : events) builder.On(event);
  builder.Finish();
  return codec.write_whole(asked.context, answer);
}

// Events in short: "text:Hi", pieces of the same kind joined.
class Heard : public AnswerSink {
 public:
  void On(const AnswerEvent& event) override {
    using Kind = AnswerEvent::Kind;
    if (event.kind == Kind::kUsage) return Update(event.usage, &usage);
    if (event.kind == Kind::kFinish) {
      reason = event.reason;
      stop_sequence = event.text;
      return;
    }
    constexpr const char* kNames[] = {"text", "think", "sign", "seal", "refuse", "call", "args"};
    const std::string name = std::string(kNames[static_cast<int>(event.kind)]);
    const std::string of = event.kind == Kind::kToolCall || event.kind == Kind::kArguments
                               ? std::to_string(event.call)
                               : std::string();
    if (name + of != last_) said += (said.empty() ? "" : " ") + name + of + ":";
    last_ = event.kind == Kind::kSealedReasoning ? std::string() : name + of;
    if (event.kind == Kind::kToolCall) said += std::string(event.id) + "/";
    said += event.kind == Kind::kToolCall ? event.name : event.text;
  }
  std::string said;
  FinishReason reason = FinishReason::kNone;
  std::string stop_sequence;
  TokenCounts usage;

 private:
  std::string last_;
};

// What a reader makes of a stream or a whole.
inline void Hear(const Codec& codec, const std::string& stream, AnswerSink* sink,
                 http::StreamFraming framing = http::StreamFraming::kSse) {
  http::FrameSplitter splitter(framing);
  const auto reader = codec.read_stream();
  http::Frame frame;
  splitter.Feed(stream);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    if (!frame.data.empty() && frame.data != "[DONE]") reader->OnFrame(frame, sink);
  }
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_CODEC_KIT_H_
