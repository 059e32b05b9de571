// The conversational APIs of the hub, and what an answer means that went through some of them. For
// tests only.
#ifndef BANTO_TESTS_UNIT_API_HUB_TRIP_KIT_H_
#define BANTO_TESTS_UNIT_API_HUB_TRIP_KIT_H_

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proxy/api/anthropic/codecs.h"
#include "proxy/api/codec.h"
#include "proxy/api/ollama/codecs.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/api/openai/responses_codec.h"

namespace banto::api {

// What not every API can say in an answer. What is not named here all can.
enum Can : unsigned {
  kOrder = 1,          // chat and Ollama have one member each for text, reasoning and calls
  kRefusals = 2,       // elsewhere they are text
  kSealed = 4,         // signatures and sealed reasoning: chat and Ollama have no member for them
  kStopSequence = 8,   // Responses and Ollama only say that it ended
  kCached = 16,        // Ollama counts the prompt and the answer, no more
  kCacheWritten = 32,  // no engine says it in chat
  kReasoningCount = 64,
  kLogprobs = 128,      // Anthropic has none
  kChoices = 256,       // only chat has `n`
  kRefusalReason = 512  // Anthropic: a refusal is a reason to stop
};

struct Api {
  const char* name;
  const char* path;
  const Codec* codec;
  http::StreamFraming framing;
  unsigned can;
};

inline const Api kApis[] = {
    {"chat", "/v1/chat/completions", &openai::kChatCodec, http::StreamFraming::kSse,
     kRefusals | kStopSequence | kCached | kReasoningCount | kLogprobs | kChoices},
    {"responses", "/v1/responses", &openai::kResponsesCodec, http::StreamFraming::kSse,
     kOrder | kRefusals | kSealed | kCached | kCacheWritten | kReasoningCount | kLogprobs},
    {"messages", "/v1/messages", &anthropic::kMessagesCodec, http::StreamFraming::kSse,
     kOrder | kSealed | kStopSequence | kCached | kCacheWritten | kReasoningCount | kRefusalReason},
    {"ollama", "/api/chat", &ollama::kChatCodec, http::StreamFraming::kNdjson, kLogprobs},
};

// What both can say; a refusal is a reason as soon as one takes it for one.
inline unsigned Both(unsigned a, unsigned b) { return (a & b) | ((a | b) & kRefusalReason); }

// Arguments as JSON. APIs whose arguments are an object wrap those that are none.
inline std::string ArgumentsOf(JsonText arguments) {
  const std::string plain = Plain(arguments);
  if (plain.find_first_not_of(" \t\r\n") == plain.npos) return "{}";
  const auto json = nlohmann::json::parse(plain, nullptr, false);
  return (json.is_object() ? json : nlohmann::json{{"arguments", plain}}).dump();
}

// After calls it does not matter why an answer ended: an agent answers them.
inline std::string EndOf(const NeutralChoice& choice, unsigned can, bool refused, bool called) {
  switch (choice.reason) {
    case FinishReason::kNone:
      return "none";
    case FinishReason::kStopSequence:
      if ((can & kStopSequence) != 0 && !called)
        return "stop sequence " + Plain(choice.stop_sequence);
      [[fallthrough]];
    case FinishReason::kStop:
    case FinishReason::kToolCalls:
      return refused && !called && (can & kRefusalReason) != 0 ? "withheld" : "ended";
    case FinishReason::kContentFilter:
      return "withheld";
    default:
      return "cut";  // not every API has a word for each way not to come to an end
  }
}

// A call without an id is given one, of the answer's own.
constexpr std::string_view kAnswerId = "abc123";
inline std::string IdOf(JsonText id) {
  return id.find(kAnswerId) == id.npos ? Plain(id) : std::string();
}

inline std::string PartMeaning(const Part& part, unsigned can, std::string* kind) {
  const bool sealed = (can & kSealed) != 0;
  switch (part.kind) {
    case Part::Kind::kReasoning:
      *kind = "reasoning";
      return Plain(part.text) +
             (sealed && !part.signature.empty() ? "|signed " + Plain(part.signature) + "|" : "");
    case Part::Kind::kSealedReasoning:
      *kind = "reasoning";
      return sealed ? "|sealed " + Plain(part.data) + "|" : "";
    case Part::Kind::kToolCall:
      *kind = "calls";
      return IdOf(part.id) + " " + Plain(part.name) + ArgumentsOf(part.arguments) + ";";
    case Part::Kind::kRefusal:
      *kind = (can & kRefusals) != 0 ? "refusal" : "text";
      return Plain(part.text);
    default:
      *kind = "text";
      return Plain(part.text);
  }
}

inline std::string ChoiceMeaning(const NeutralChoice& choice, unsigned can) {
  std::vector<std::pair<std::string, std::string>> said;
  bool refused = false, called = false;
  for (const Part& part : choice.parts) {
    std::string kind;
    const std::string meaning = PartMeaning(part, can, &kind);
    if (meaning.empty()) continue;
    refused = refused || part.kind == Part::Kind::kRefusal;
    called = called || part.kind == Part::Kind::kToolCall;
    const bool ordered = (can & kOrder) != 0;
    const auto known = std::find_if(said.begin(), said.end(),
                                    [&kind](const auto& its) { return its.first == kind; });
    if (ordered && (said.empty() || said.back().first != kind)) {
      said.emplace_back(kind, meaning);
    } else if (ordered) {
      said.back().second += meaning;
    } else if (known == said.end()) {
      said.emplace_back(kind, meaning);
    } else {
      known->second += meaning;
    }
  }
  if ((can & kOrder) == 0) std::sort(said.begin(), said.end());
  std::string all;
  for (const auto& [kind, meaning] : said) all += kind + ": " + meaning + "\n";
  all += EndOf(choice, can, refused, called);
  if ((can & kLogprobs) != 0)
    all += "\n" + nlohmann::json::parse("[" + choice.logprobs + "]", nullptr, false).dump();
  return all + "\n";
}

// What an answer means, as far as an API or two `can` say it. A count that was not said is 0.
inline std::string MeaningOf(const NeutralAnswer& answer, unsigned can) {
  std::string all;
  for (const NeutralChoice& choice : answer.choices) {
    all += ChoiceMeaning(choice, can);
    if ((can & kChoices) == 0) break;
  }
  const auto count = [&](const char* name, int64_t value, unsigned needs) {
    if ((can & needs) == needs) all += name + std::to_string(std::max<int64_t>(value, 0)) + " ";
  };
  count("input ", answer.usage.input, 0);
  count("output ", answer.usage.output, 0);
  count("cached ", answer.usage.cached, kCached);
  count("written ", answer.usage.cache_written, kCacheWritten);
  count("reasoning ", answer.usage.reasoning, kReasoningCount);
  return all;
}

// As a worker or a client would get it.
struct Wire {
  bool stream;
  std::string bytes;
};

inline bool ReadWire(const Api& api, const Wire& wire, AnswerSink* sink) {
  if (!wire.stream) return api.codec->read_whole(wire.bytes, sink);
  http::FrameSplitter splitter(api.framing);
  const std::unique_ptr<EventReader> reader = api.codec->read_stream();
  http::Frame frame;
  splitter.Feed(wire.bytes);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    if (!frame.data.empty() && frame.data != "[DONE]") reader->OnFrame(frame, sink);
  }
  return true;
}

inline std::string MeaningOf(const Api& api, const Wire& wire, unsigned can) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  if (!ReadWire(api, wire, &builder)) return "not read";
  builder.Finish();
  return MeaningOf(answer, can);
}

// The question that everything is an answer to.
struct Question {
  Question() { request.include_usage = true; }
  AnswerContext context() const { return {&request, "{}", "m \"1\"", kAnswerId, 1795252885}; }
  NeutralRequest request;
};

// What an answer in `from` is in `to`; streamed, its events go on as they come.
inline Wire Through(const Api& from, const Wire& wire, const Api& to, bool stream) {
  const Question question;
  if (stream) {
    FrameOutput out;
    const auto writer = to.codec->write_stream(question.context(), &out);
    if (wire.stream) {
      ReadWire(from, wire, writer.get());
    } else {
      NeutralAnswer answer;
      AnswerBuilder builder(&answer);
      ReadWire(from, wire, &builder);
      builder.Finish();
      Replay(answer, writer.get());
    }
    writer->End();
    return {true, std::string(out.bytes())};
  }
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  ReadWire(from, wire, &builder);
  builder.Finish();
  return {false, to.codec->write_whole(question.context(), answer)};
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_HUB_TRIP_KIT_H_
