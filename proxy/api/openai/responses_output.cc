#include "proxy/api/openai/responses_output.h"

#include "proxy/api/openai/named_members.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using Kind = AnswerEvent::Kind;

void Emit(Kind kind, JsonText text, AnswerSink* sink) {
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  if (!text.empty()) sink->On(event);
}

// The inside of a raw array.
RawJson Elements(RawJson array) {
  return array.starts_with('[') ? array.substr(1, array.size() - 2) : RawJson();
}

void EmitPart(RawJson raw, AnswerSink* sink) {
  RawJson type, text, refusal, logprobs;
  ReadMembers(raw,
              {{"type", &type}, {"text", &text}, {"refusal", &refusal}, {"logprobs", &logprobs}});
  if (Says(type, "refusal")) return Emit(Kind::kRefusal, TextIn(refusal), sink);
  AnswerEvent event;
  event.text = TextIn(text);
  event.logprobs = Elements(logprobs);
  if (!event.text.empty() || !event.logprobs.empty()) sink->On(event);
}

// Its texts lie one after the other; summaries are paragraphs.
bool EmitReasoningTexts(RawJson list, JsonText separator, AnswerSink* sink) {
  bool said = false;
  json::JsonCursor json(list);
  for (bool entered = json.EnterArray(); entered && json.NextElement();) {
    RawJson text;
    ReadMembers(json.Skip(), {{"text", &text}});
    const JsonText its = TextIn(text);
    if (its.empty()) continue;
    if (said) Emit(Kind::kReasoning, separator, sink);
    Emit(Kind::kReasoning, its, sink);
    said = true;
  }
  return said;
}

int64_t Count(RawJson raw) { return json::IntegerOr(raw, -1); }

TokenCounts ReadCounts(RawJson usage) {
  RawJson input, output, input_details, output_details, cached, written, reasoning;
  ReadMembers(usage, {{"input_tokens", &input},
                      {"output_tokens", &output},
                      {"input_tokens_details", &input_details},
                      {"output_tokens_details", &output_details}});
  ReadMembers(input_details, {{"cached_tokens", &cached}, {"cache_write_tokens", &written}});
  ReadMembers(output_details, {{"reasoning_tokens", &reasoning}});
  return {.input = Count(input),
          .output = Count(output),
          .cached = Count(cached),
          .cache_written = Count(written),
          .reasoning = Count(reasoning)};
}

FinishReason ReasonOf(RawJson status, RawJson details, int calls) {
  RawJson why;
  ReadMembers(details, {{"reason", &why}});
  if (Says(why, "max_output_tokens")) return FinishReason::kLength;
  if (Says(why, "content_filter")) return FinishReason::kContentFilter;
  if (!status.empty() && !Says(status, "completed")) return FinishReason::kOther;
  return calls > 0 ? FinishReason::kToolCalls : FinishReason::kStop;
}

}  // namespace

ItemMembers ReadItem(RawJson raw) {
  ItemMembers item;
  ReadMembers(raw, {{"type", &item.type},
                    {"id", &item.id},
                    {"call_id", &item.call_id},
                    {"name", &item.name},
                    {"arguments", &item.arguments},
                    {"content", &item.content},
                    {"summary", &item.summary},
                    {"encrypted_content", &item.encrypted_content}});
  return item;
}

void EmitCall(const ItemMembers& item, int call, AnswerSink* sink) {
  AnswerEvent event;
  event.kind = Kind::kToolCall;
  event.call = call;
  event.id = TextOf(item.call_id.empty() ? item.id : item.call_id).value_or("");
  event.name = TextIn(item.name);
  sink->On(event);
}

void EmitArguments(const ItemMembers& item, int call, AnswerSink* sink) {
  AnswerEvent event;
  event.kind = Kind::kArguments;
  event.call = call;
  event.text = TextIn(item.arguments);
  if (!event.text.empty()) sink->On(event);
}

void EmitTexts(const ItemMembers& item, AnswerSink* sink) {
  if (item.is("reasoning")) {
    if (!EmitReasoningTexts(item.content, "", sink))
      EmitReasoningTexts(item.summary, "\\n\\n", sink);
    return;
  }
  json::JsonCursor json(item.content);
  for (bool entered = json.EnterArray(); entered && json.NextElement();)
    EmitPart(json.Skip(), sink);
}

void EmitSeal(const ItemMembers& item, AnswerSink* sink) {
  // An empty list of parts is "[]".
  const bool has_text = item.content.size() > 2 || item.summary.size() > 2;
  Emit(has_text ? Kind::kSignature : Kind::kSealedReasoning, TextIn(item.encrypted_content), sink);
}

int EmitOutput(RawJson output, AnswerSink* sink) {
  int calls = 0;
  json::JsonCursor json(output);
  for (bool entered = json.EnterArray(); entered && json.NextElement();) {
    const ItemMembers item = ReadItem(json.Skip());
    if (item.is("function_call")) {
      EmitCall(item, calls, sink);
      EmitArguments(item, calls++, sink);
    } else if (item.is("message") || item.is("reasoning")) {
      EmitTexts(item, sink);
      if (item.is("reasoning")) EmitSeal(item, sink);
    }
  }
  return calls;
}

void EmitEnd(RawJson response, int calls, AnswerSink* sink) {
  RawJson status, details, usage;
  ReadMembers(response, {{"status", &status}, {"incomplete_details", &details}, {"usage", &usage}});
  AnswerEvent event;
  event.kind = Kind::kFinish;
  event.reason = ReasonOf(status, details, calls);
  sink->On(event);
  event = {};
  event.kind = Kind::kUsage;
  event.usage = ReadCounts(usage);
  sink->On(event);
}

}  // namespace banto::api::openai
