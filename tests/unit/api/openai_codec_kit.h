// What the tests of OpenAI's codecs share: requests taken through a codec, recorded answers read by
// it, and what their events mean. For tests only.
#ifndef BANTO_TESTS_UNIT_API_OPENAI_CODEC_KIT_H_
#define BANTO_TESTS_UNIT_API_OPENAI_CODEC_KIT_H_

#include <memory>
#include <string>
#include <string_view>

#include "proxy/api/codec.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

inline std::string Names(const std::vector<std::string>& dropped) {
  std::string names;
  for (const std::string& name : dropped) names += name + " ";
  return names;
}

// The same request read and written again. What was dropped stands behind it.
inline std::string Rewritten(const Codec& codec, std::string_view body, Engines engines) {
  NeutralRequest request;
  if (const CannotCarry refused = codec.read_request(body, &request)) return "400 " + *refused;
  const WrittenRequest written = codec.write_request(request, {engines, "m"});
  if (written.refused) return "400 " + *written.refused;
  std::string all = written.body;
  if (!request.dropped.empty()) all += " | " + Names(request.dropped);
  if (!written.dropped.empty()) all += " || " + Names(written.dropped);
  return all;
}

// Feeds the events of an answer as the worker sent it to `sink`.
inline void ReadAnswer(const Codec& codec, std::string_view content_type, std::string_view body,
                       AnswerSink* sink) {
  if (content_type != "text/event-stream") {
    codec.read_whole(body, sink);
    return;
  }
  http::FrameSplitter splitter(http::StreamFraming::kSse);
  const std::unique_ptr<EventReader> reader = codec.read_stream();
  http::Frame frame;
  splitter.Feed(body);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    if (!frame.data.empty() && frame.data != "[DONE]") reader->OnFrame(frame, sink);
  }
}

inline std::string MeaningOf(const NeutralChoice& choice) {
  std::string text;
  for (const Part& part : choice.parts) {
    text += "<" + std::to_string(static_cast<int>(part.kind)) + " " + std::string(part.id) +
            std::string(part.name) + " " + Plain(part.text) + Plain(part.arguments) + ">";
  }
  text += " logprobs=" + choice.logprobs;
  text += " finish=" + std::to_string(static_cast<int>(choice.reason));
  return text + std::string(choice.stop_sequence) + "\n";
}

// All that an answer means, for comparisons.
inline std::string MeaningOf(const NeutralAnswer& answer) {
  std::string text;
  for (const NeutralChoice& choice : answer.choices) text += MeaningOf(choice);
  for (const RawJson row : answer.embeddings) text += std::string(row) + "\n";
  const TokenCounts& usage = answer.usage;
  for (const int64_t count : {usage.input, usage.output, usage.cached, usage.reasoning})
    text += std::to_string(count) + " ";
  return text;
}

struct Translated {
  std::string meaning;
  std::string stream;  // written again, by the same codec
  std::string kinds;   // of its frames, a letter each
  std::string whole;
};

inline AnswerContext ContextFor(const NeutralRequest& request) {
  return {&request, "{}", "gpt \"x\"", "abc123", 1795252885};
}

// An answer read, and written again both ways.
inline Translated Through(const Codec& codec, std::string_view content_type, std::string_view body,
                          bool include_usage = true) {
  Translated result;
  NeutralRequest request;
  request.include_usage = include_usage;
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  ReadAnswer(codec, content_type, body, &builder);
  builder.Finish();
  result.meaning = MeaningOf(answer);
  result.whole = codec.write_whole(ContextFor(request), answer);
  if (codec.write_stream == nullptr) return result;
  FrameOutput out;
  const std::unique_ptr<AnswerWriter> writer = codec.write_stream(ContextFor(request), &out);
  ReadAnswer(codec, content_type, body, writer.get());
  writer->End();
  result.stream = out.bytes();
  for (const FrameOutput::Written& frame : out.frames())
    result.kinds += "catfTe"[static_cast<size_t>(frame.verdict.kind)];
  return result;
}

inline std::string MeaningOf(const Codec& codec, std::string_view type, std::string_view body) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  ReadAnswer(codec, type, body, &builder);
  builder.Finish();
  return MeaningOf(answer);
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_OPENAI_CODEC_KIT_H_
