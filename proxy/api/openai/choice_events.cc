#include "proxy/api/openai/choice_events.h"

#include <algorithm>

#include "proxy/api/openai/choice_list.h"

namespace banto::api::openai {
namespace {

using json::IntegerOr;
using json::JsonCursor;
using Kind = AnswerEvent::Kind;

constexpr size_t kCallsMax = 4096;  // as kChoicesMax
// The one `function_call` of a choice in the old API; tool calls are numbered from 0.
constexpr int64_t kFunctionCall = -1;

// What is between the brackets of logprobs.content.
RawJson LogprobsOf(RawJson logprobs) {
  JsonCursor json(logprobs);
  std::string_view key;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "content" && value.starts_with('[')) return value.substr(1, value.size() - 2);
  }
  return {};
}

void EmitPiece(Kind kind, int choice, JsonText text, AnswerSink* sink) {
  if (text.empty()) return;
  AnswerEvent event;
  event.kind = kind;
  event.choice = choice;
  event.text = text;
  sink->On(event);
}

// Content as a list of parts (Mistral).
void EmitParts(int choice, RawJson content, AnswerSink* sink) {
  JsonCursor json(content);
  if (!json.EnterArray()) return;
  while (json.NextElement()) {
    JsonCursor part(json.Skip());
    std::string_view key;
    if (!part.EnterObject()) continue;
    while (part.NextMember(&key)) {
      const RawJson value = part.Skip();
      if (key == "text") EmitPiece(Kind::kText, choice, TextIn(value), sink);
    }
  }
}

// The members of a raw `function`.
void ReadFunction(RawJson function, JsonText* name, RawJson* arguments) {
  JsonCursor json(function);
  std::string_view key;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "name") *name = TextIn(value);
    if (key == "arguments") *arguments = value;
  }
}

}  // namespace

struct ChoiceEvents::Choice {
  int index = 0;
  RawJson content, refusal, tool_calls, function_call;
  RawJson reasoning_content, reasoning, thinking;  // by engine; some send the same text twice
  RawJson finish, logprobs;
  RawJson stop;  // the sequence that ended it
};

struct ChoiceEvents::CallPiece {
  int64_t index = 0;
  JsonText id, name;
  RawJson arguments;
};

void ChoiceEvents::ReadMessage(JsonCursor* json, Choice* choice) {
  std::string_view key;
  if (!json->EnterObject()) {
    json->Skip();
    return;
  }
  while (json->NextMember(&key)) {
    const RawJson value = json->Skip();
    if (key == "content") {
      choice->content = value;
    } else if (key == "reasoning_content") {
      choice->reasoning_content = value;
    } else if (key == "reasoning") {
      choice->reasoning = value;
    } else if (key == "thinking") {
      choice->thinking = value;
    } else if (key == "refusal") {
      choice->refusal = value;
    } else if (key == "tool_calls") {
      choice->tool_calls = value;
    } else if (key == "function_call") {
      choice->function_call = value;
    }
  }
}

void ChoiceEvents::Read(JsonCursor* json, int64_t position, AnswerSink* sink) {
  Choice choice;
  int64_t index = position;
  std::string_view key;
  if (!json->EnterObject()) {
    json->Skip();
    return;
  }
  while (json->NextMember(&key)) {
    if (key == "delta" || key == "message") {
      ReadMessage(json, &choice);
      continue;
    }
    const RawJson value = json->Skip();
    if (key == "index") {
      index = IntegerOr(value, position);
    } else if (key == "finish_reason") {
      choice.finish = value;
    } else if (key == "logprobs") {
      choice.logprobs = value;
    } else if (key == "stop_reason" || key == "matched_stop") {  // vLLM, SGLang
      choice.stop = value;
    }
  }
  if (index < 0 || index >= kChoicesMax) return;
  choice.index = static_cast<int>(index);
  EmitText(choice, sink);
  EmitCalls(choice, sink);
  EmitFinish(choice, sink);
}

void ChoiceEvents::EmitText(const Choice& choice, AnswerSink* sink) {
  JsonText reasoning = TextIn(choice.reasoning_content);
  if (reasoning.empty()) reasoning = TextIn(choice.reasoning);
  if (reasoning.empty()) reasoning = TextIn(choice.thinking);
  EmitPiece(Kind::kReasoning, choice.index, reasoning, sink);
  AnswerEvent event;
  event.choice = choice.index;
  event.text = TextIn(choice.content);
  if (choice.logprobs.starts_with('{')) event.logprobs = LogprobsOf(choice.logprobs);
  if (!event.text.empty() || !event.logprobs.empty()) sink->On(event);
  if (choice.content.starts_with('[')) EmitParts(choice.index, choice.content, sink);
  EmitPiece(Kind::kRefusal, choice.index, TextIn(choice.refusal), sink);
}

void ChoiceEvents::EmitCalls(const Choice& choice, AnswerSink* sink) {
  if (choice.function_call.starts_with('{')) {
    CallPiece piece;
    piece.index = kFunctionCall;
    ReadFunction(choice.function_call, &piece.name, &piece.arguments);
    EmitCall(choice.index, piece, sink);
  }
  if (!choice.tool_calls.starts_with('[')) return;
  JsonCursor json(choice.tool_calls);
  json.EnterArray();
  for (int64_t position = 0; json.NextElement(); ++position) {
    CallPiece piece;
    piece.index = position;
    JsonCursor members(json.Skip());
    std::string_view key;
    if (!members.EnterObject()) continue;
    while (members.NextMember(&key)) {
      const RawJson value = members.Skip();
      if (key == "index") piece.index = IntegerOr(value, position);
      if (key == "id") piece.id = TextIn(value);
      if (key == "function") ReadFunction(value, &piece.name, &piece.arguments);
    }
    EmitCall(choice.index, piece, sink);
  }
}

// Another id at the same place is another call: some engines number all of them 0, or not at all.
ChoiceEvents::Call* ChoiceEvents::CallFor(int choice, const CallPiece& piece) {
  const auto found = std::find_if(calls_.rbegin(), calls_.rend(), [&](const Call& call) {
    return call.choice == choice && call.index == piece.index;
  });
  if (found != calls_.rend() && (piece.id.empty() || found->id.empty() || found->id == piece.id))
    return &*found;
  if (calls_.size() >= kCallsMax) return &calls_.back();
  const auto before = std::count_if(calls_.begin(), calls_.end(),
                                    [choice](const Call& call) { return call.choice == choice; });
  Call& call = calls_.emplace_back();
  call.choice = choice;
  call.index = piece.index;
  call.number = static_cast<int>(before);
  return &call;
}

void ChoiceEvents::Begin(Call* call, AnswerSink* sink) {
  call->begun = true;
  AnswerEvent event;
  event.kind = Kind::kToolCall;
  event.choice = call->choice;
  event.call = call->number;
  event.id = call->id;
  event.name = call->name;
  sink->On(event);
}

void ChoiceEvents::EmitCall(int choice, const CallPiece& piece, AnswerSink* sink) {
  Call* const call = CallFor(choice, piece);
  if (call->id.empty()) call->id = piece.id;
  if (call->name.empty()) call->name = piece.name;
  std::string escaped;  // of arguments that are an object instead of its text
  JsonText arguments = TextIn(piece.arguments);
  if (piece.arguments.starts_with('{')) {
    AppendEscaped(piece.arguments, &escaped);
    arguments = escaped;
  }
  // A call begins when its name is known.
  if (!call->begun && (!call->name.empty() || !arguments.empty())) Begin(call, sink);
  if (arguments.empty()) return;
  AnswerEvent event;
  event.kind = Kind::kArguments;
  event.choice = choice;
  event.call = call->number;
  event.text = arguments;
  sink->On(event);
}

void ChoiceEvents::EmitFinish(const Choice& choice, AnswerSink* sink) {
  AnswerEvent event;
  event.kind = Kind::kFinish;
  event.choice = choice.index;
  event.reason = ReadFinish(TextIn(choice.finish));
  if (event.reason == FinishReason::kNone) return;
  const bool called = std::any_of(calls_.begin(), calls_.end(),
                                  [&](const Call& call) { return call.choice == choice.index; });
  const bool stopped =
      event.reason == FinishReason::kStop || event.reason == FinishReason::kStopSequence;
  if (stopped && called) {
    event.reason = FinishReason::kToolCalls;  // vLLM says "stop" where the request named the tool
  } else if (stopped && !TextIn(choice.stop).empty()) {
    event.reason = FinishReason::kStopSequence;
    event.text = TextIn(choice.stop);
  }
  sink->On(event);
}

}  // namespace banto::api::openai
