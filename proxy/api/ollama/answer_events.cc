#include "proxy/api/ollama/answer_events.h"

#include <optional>
#include <string>

#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;
using Kind = AnswerEvent::Kind;

// A line's members, as they were sent.
struct Line {
  RawJson content, thinking, calls, logprobs;
  RawJson done, done_reason, input, output;
};

// An array's inside.
RawJson Elements(RawJson array) {
  if (array.size() < 2 || array.front() != '[') return {};
  const RawJson inside = array.substr(1, array.size() - 2);
  return inside.find_first_not_of(" \t\r\n") == RawJson::npos ? RawJson() : inside;
}

class LineEvents final : public EventReader {
 public:
  void OnFrame(const http::Frame& frame, AnswerSink* sink) override { Read(frame.data, sink); }
  // False: it is no JSON object.
  bool Read(std::string_view text, AnswerSink* sink);

 private:
  void Say(Kind kind, RawJson value, RawJson logprobs, AnswerSink* sink) const;
  void ReadCalls(RawJson calls, AnswerSink* sink);
  void ReadCall(RawJson call, AnswerSink* sink);
  void Finish(const Line& line, AnswerSink* sink) const;

  int calls_ = 0;
  std::string arguments_;
};

void ReadMessage(JsonCursor* json, Line* line) {
  std::string_view name;
  if (!json->EnterObject()) {
    json->Skip();
    return;
  }
  while (json->NextMember(&name)) {
    const RawJson value = json->Skip();
    if (name == "content") line->content = value;
    if (name == "thinking") line->thinking = value;
    if (name == "tool_calls") line->calls = value;
  }
}

void ReadMember(std::string_view name, RawJson value, Line* line) {
  if (name == "response") {
    line->content = value;
  } else if (name == "thinking") {
    line->thinking = value;
  } else if (name == "logprobs") {
    line->logprobs = value;
  } else if (name == "done") {
    line->done = value;
  } else if (name == "done_reason") {
    line->done_reason = value;
  } else if (name == "prompt_eval_count") {
    line->input = value;
  } else if (name == "eval_count") {
    line->output = value;
  }
}

bool LineEvents::Read(std::string_view text, AnswerSink* sink) {
  Line line;
  JsonCursor json(text);
  std::string_view name;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&name)) {
    if (name == "message") {
      ReadMessage(&json, &line);
    } else {
      ReadMember(name, json.Skip(), &line);
    }
  }
  if (!json.Finish()) return false;
  Say(Kind::kReasoning, line.thinking, {}, sink);
  Say(Kind::kText, line.content, Elements(line.logprobs), sink);
  if (!line.calls.empty()) ReadCalls(line.calls, sink);
  if (line.done == "true") Finish(line, sink);
  return true;
}

void LineEvents::Say(Kind kind, RawJson value, RawJson logprobs, AnswerSink* sink) const {
  const JsonText text = TextOf(value).value_or(JsonText());
  if (text.empty() && logprobs.empty()) return;
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  event.logprobs = logprobs;
  sink->On(event);
}

void LineEvents::ReadCalls(RawJson calls, AnswerSink* sink) {
  JsonCursor json(calls);
  if (!json.EnterArray()) return;
  while (json.NextElement()) ReadCall(json.Skip(), sink);
}

void LineEvents::ReadCall(RawJson call, AnswerSink* sink) {
  AnswerEvent event;
  RawJson function, arguments = "{}";
  std::string_view name;
  JsonCursor json(call);
  if (!json.EnterObject()) return;
  while (json.NextMember(&name)) {
    const RawJson value = json.Skip();
    if (name == "id") event.id = TextOf(value).value_or(JsonText());
    if (name == "function") function = value;
  }
  JsonCursor inner(function);
  if (!inner.EnterObject()) return;
  while (inner.NextMember(&name)) {
    const RawJson value = inner.Skip();
    if (name == "name") event.name = TextOf(value).value_or(JsonText());
    if (name == "arguments" && value != "null") arguments = value;
  }
  event.kind = Kind::kToolCall;
  event.call = calls_++;
  sink->On(event);
  event.kind = Kind::kArguments;
  event.id = event.name = {};
  arguments_.clear();
  AppendEscaped(arguments, &arguments_);
  event.text = arguments_;
  sink->On(event);
}

void LineEvents::Finish(const Line& line, AnswerSink* sink) const {
  AnswerEvent finish, usage;
  const std::string_view word = json::Unquoted(line.done_reason);
  finish.kind = Kind::kFinish;
  if (word == "length") {
    finish.reason = FinishReason::kLength;
  } else if (word == "content_filter") {
    finish.reason = FinishReason::kContentFilter;
  } else if (word.empty() || word == "null" || word == "stop") {  // old servers gave none
    finish.reason = calls_ > 0 ? FinishReason::kToolCalls : FinishReason::kStop;
  } else {
    finish.reason = FinishReason::kOther;
  }
  sink->On(finish);
  usage.kind = Kind::kUsage;
  usage.usage.input = json::IntegerOr(line.input, -1);
  usage.usage.output = json::IntegerOr(line.output, -1);
  sink->On(usage);
}

}  // namespace

std::unique_ptr<EventReader> ReadEvents() { return std::make_unique<LineEvents>(); }

bool ReadWholeAnswer(std::string_view body, AnswerSink* sink) {
  return LineEvents().Read(body, sink);
}

}  // namespace banto::api::ollama
