// Reads a stream.
#include <algorithm>
#include <string>
#include <vector>

#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/json_each.h"

namespace banto::api::anthropic {
namespace {

using json::JsonCursor;
using Kind = AnswerEvent::Kind;

// The members of an event, of whatever type.
struct Event {
  RawJson type, index, block, message, usage;
  // of its delta
  RawJson delta_type, text, thinking, json, signature, stop_reason, stop_sequence;
  bool whole = false;
};

void ReadDelta(JsonCursor* json, Event* event) {
  std::string_view key;
  while (json->NextMember(&key)) {
    const RawJson value = json->Skip();
    if (key == "type") event->delta_type = value;
    if (key == "text") event->text = value;
    if (key == "thinking") event->thinking = value;
    if (key == "partial_json") event->json = value;
    if (key == "signature") event->signature = value;
    if (key == "stop_reason") event->stop_reason = value;
    if (key == "stop_sequence") event->stop_sequence = value;
  }
}

Event TakeApart(std::string_view data) {
  Event event;
  JsonCursor json(data);
  std::string_view key;
  if (!json.EnterObject()) return event;
  while (json.NextMember(&key)) {
    if (key == "delta" && json.EnterObject()) {
      ReadDelta(&json, &event);
      continue;
    }
    const RawJson value = json.Skip();
    if (key == "type") event.type = value;
    if (key == "index") event.index = value;
    if (key == "content_block") event.block = value;
    if (key == "message") event.message = value;
    if (key == "usage") event.usage = value;
  }
  event.whole = json.Finish();
  return event;
}

class MessageEvents final : public EventReader {
 public:
  void OnFrame(const http::Frame& frame, AnswerSink* sink) override;

 private:
  // A block that is a call.
  struct Call {
    int64_t index;
    int call;
    std::string input;  // what its start said
    bool has_pieces = false;
  };

  void OnDelta(const Event& event, AnswerSink* sink);
  void OnStart(const Event& event, AnswerSink* sink);
  void OnStop(const Event& event, AnswerSink* sink);
  void OnArguments(const Event& event, AnswerSink* sink);
  void OnUsage(RawJson usage, AnswerSink* sink);
  std::vector<Call>::iterator Find(RawJson index) {
    return std::find_if(open_.begin(), open_.end(),
                        [&](const Call& call) { return call.index == json::IntegerOr(index, -1); });
  }

  std::vector<Call> open_;
  int calls_ = 0;
  TokenCounts counts_;
};

void MessageEvents::OnFrame(const http::Frame& frame, AnswerSink* sink) {
  const Event event = TakeApart(frame.data);
  if (!event.whole) return;
  if (event.type == R"("content_block_delta")") return OnDelta(event, sink);
  if (event.type == R"("content_block_start")") return OnStart(event, sink);
  if (event.type == R"("content_block_stop")") return OnStop(event, sink);
  if (event.type == R"("message_start")") {
    EachMember(event.message, [&](std::string_view key, RawJson value) {
      if (key == "usage") OnUsage(value, sink);
    });
  } else if (event.type == R"("message_delta")") {
    OnUsage(event.usage, sink);
    ReadFinish(event.stop_reason, event.stop_sequence, sink);
  }
}

void MessageEvents::OnDelta(const Event& event, AnswerSink* sink) {
  RawJson value = event.text;
  AnswerEvent out;
  if (event.delta_type == R"("text_delta")") {
    out.kind = Kind::kText;
  } else if (event.delta_type == R"("thinking_delta")") {
    out.kind = Kind::kReasoning;
    value = event.thinking;
  } else if (event.delta_type == R"("signature_delta")") {
    out.kind = Kind::kSignature;
    value = event.signature;
  } else {
    if (event.delta_type == R"("input_json_delta")") OnArguments(event, sink);
    return;
  }
  out.text = TextOf(value).value_or(JsonText());
  if (!out.text.empty()) sink->On(out);
}

void MessageEvents::OnArguments(const Event& event, AnswerSink* sink) {
  const auto call = Find(event.index);
  const JsonText piece = TextOf(event.json).value_or(JsonText());
  if (call == open_.end() || piece.empty()) return;
  call->has_pieces = true;
  AnswerEvent out;
  out.kind = Kind::kArguments;
  out.call = call->call;
  out.text = piece;
  sink->On(out);
}

void MessageEvents::OnStart(const Event& event, AnswerSink* sink) {
  const RawJson input = ReadBlock(event.block, &calls_, sink);
  if (!input.empty())
    open_.push_back({json::IntegerOr(event.index, -1), calls_ - 1, std::string(input)});
}

// Other APIs want an object even where there are no arguments.
void MessageEvents::OnStop(const Event& event, AnswerSink* sink) {
  const auto call = Find(event.index);
  if (call == open_.end()) return;
  if (!call->has_pieces) ReadInput(call->input, call->call, sink);
  open_.erase(call);
}

void MessageEvents::OnUsage(RawJson usage, AnswerSink* sink) {
  if (usage.empty()) return;
  AnswerEvent out;
  out.kind = Kind::kUsage;
  Update(CountsOf(usage), &counts_);  // the later ones need not say all
  out.usage = Together(counts_);
  sink->On(out);
}

}  // namespace

std::unique_ptr<EventReader> ReadStream() { return std::make_unique<MessageEvents>(); }

}  // namespace banto::api::anthropic
