// A whole answer, and what its blocks have in common with those of a stream.
#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

using Kind = AnswerEvent::Kind;

void Say(Kind kind, JsonText text, AnswerSink* sink) {
  if (text.empty()) return;
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  sink->On(event);
}

void Count(const TokenCounts& counts, AnswerSink* sink) {
  AnswerEvent event;
  event.kind = Kind::kUsage;
  event.usage = counts;
  sink->On(event);
}

}  // namespace

RawJson ReadBlock(RawJson block, int* calls, AnswerSink* sink) {
  JsonText type, text, thinking, signature, data, id, name;
  RawJson input;
  EachMember(block, [&](std::string_view key, RawJson value) {
    const JsonText its = TextOf(value).value_or(JsonText());
    if (key == "type") type = its;
    if (key == "text") text = its;
    if (key == "thinking") thinking = its;
    if (key == "signature") signature = its;
    if (key == "data") data = its;
    if (key == "id") id = its;
    if (key == "name") name = its;
    if (key == "input") input = value;
  });
  if (type == "text") Say(Kind::kText, text, sink);
  if (type == "thinking") {
    Say(Kind::kReasoning, thinking, sink);
    Say(Kind::kSignature, signature, sink);
  }
  if (type == "redacted_thinking") Say(Kind::kSealedReasoning, data, sink);
  if (type != "tool_use") return {};
  AnswerEvent event;
  event.kind = Kind::kToolCall;
  event.call = (*calls)++;
  event.id = id;
  event.name = name;
  sink->On(event);
  return input.starts_with('{') ? input : "{}";
}

void ReadInput(RawJson input, int call, AnswerSink* sink) {
  std::string arguments;
  AppendEscaped(input, &arguments);
  AnswerEvent event;
  event.kind = Kind::kArguments;
  event.call = call;
  event.text = arguments;
  sink->On(event);
}

void ReadFinish(RawJson stop_reason, RawJson stop_sequence, AnswerSink* sink) {
  const auto reason = TextOf(stop_reason);
  if (!reason) return;
  AnswerEvent event;
  event.kind = Kind::kFinish;
  event.reason = FinishReasonOf(*reason);
  event.text = TextOf(stop_sequence).value_or(JsonText());
  sink->On(event);
}

bool ReadWhole(std::string_view body, AnswerSink* sink) {
  RawJson content, usage, stop_reason, stop_sequence;
  const bool read = EachMember(body, [&](std::string_view key, RawJson value) {
    if (key == "content") content = value;
    if (key == "usage") usage = value;
    if (key == "stop_reason") stop_reason = value;
    if (key == "stop_sequence") stop_sequence = value;
  });
  if (!read || !content.starts_with('[')) return false;
  int calls = 0;
  EachElement(content, [&](RawJson block) {
    const RawJson input = ReadBlock(block, &calls, sink);
    if (!input.empty()) ReadInput(input, calls - 1, sink);
  });
  Count(Together(CountsOf(usage)), sink);
  ReadFinish(stop_reason, stop_sequence, sink);
  return true;
}

bool ReadCount(std::string_view body, AnswerSink* sink) {
  const TokenCounts counts = CountsOf(body);
  if (counts.input < 0) return false;
  Count(counts, sink);
  return true;
}

}  // namespace banto::api::anthropic
