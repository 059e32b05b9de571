// Reads a stream that is passed on: what each event is, and whether the message is complete.
#include "proxy/api/anthropic/message_check.h"
#include "proxy/api/last_token.h"
#include "proxy/api/stream_error.h"
#include "proxy/api/stream_reader.h"
#include "proxy/api/usage_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::anthropic {
namespace {

using json::JsonCursor;

// The members of an event, of whatever type.
struct Event {
  std::string_view type;  // the same as the event's name, where it is named
  RawJson index, block, usage, id;
  // of its delta
  RawJson delta_type, piece, stop_reason;
  bool is_json = false;
  bool utf8_ok = false;
  bool is_error = false;
  bool says = false;  // it has words of its own, as only errors have
};

void ReadMessage(JsonCursor* json, Event* event) {
  std::string_view key;
  while (json->NextMember(&key)) {
    const RawJson value = json->Skip();
    if (key == "usage") event->usage = value;
    if (key == "id") event->id = json::Unquoted(value);
  }
}

void ReadDelta(JsonCursor* json, Event* event) {
  std::string_view key;
  while (json->NextMember(&key)) {
    const RawJson value = json->Skip();
    if (key == "type") event->delta_type = json::Unquoted(value);
    if (key == "text" || key == "thinking" || key == "partial_json" || key == "signature")
      event->piece = value;
    if (key == "stop_reason") event->stop_reason = value;
  }
}

Event ReadEvent(std::string_view data) {
  Event event;
  JsonCursor json(data);
  std::string_view key;
  if (!json.EnterObject()) return event;
  while (json.NextMember(&key)) {
    if (key == "message" && json.EnterObject()) {
      ReadMessage(&json, &event);
      continue;
    }
    if (key == "delta" && json.EnterObject()) {
      ReadDelta(&json, &event);
      continue;
    }
    const RawJson value = json.Skip();
    if (key == "type") event.type = json::Unquoted(value);
    if (key == "index") event.index = value;
    if (key == "content_block") event.block = value;
    if (key == "usage") event.usage = value;
    if (key == "error") event.is_error = event.is_error || json::HasSubstance(value);
    if (key == "object") event.is_error = event.is_error || value == "\"error\"";
    if (key == "message" || key == "detail") event.says = value.starts_with('"');
  }
  event.is_json = json.Finish();
  event.utf8_ok = json.utf8_ok();
  return event;
}

class PassingEvents final : public StreamReader {
 public:
  PassingEvents(bool limit_set, bool by_template)
      : limit_set_(limit_set), by_template_(by_template) {}

  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override;
  Completeness Finish() const override;
  bool failed() const override { return failed_; }
  bool finished() const override { return ended_; }

 private:
  void Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict);
  FrameKind Take(const Event& event, std::string_view type);
  void TakePiece(const Event& event);

  const bool limit_set_;
  const bool by_template_;
  bool failed_ = false;
  bool started_ = false;
  bool ended_ = false;
  LastToken last_token_;
  MessageCheck check_;
};

FrameVerdict PassingEvents::OnFrame(const http::Frame& frame, Usage* usage) {
  FrameVerdict verdict;
  if (!last_token_.Matches(frame.bytes, &verdict)) {
    last_token_.Forget();
    Parse(frame, usage, &verdict);
    failed_ = failed_ || verdict.kind == FrameKind::kError;
  }
  return verdict;
}

void PassingEvents::Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict) {
  // vLLM ends this stream too with it. It proves nothing.
  verdict->kind = FrameKind::kTerminal;
  if (IsDone(frame.data)) return;
  const Event event = ReadEvent(frame.data);
  const std::string_view type = frame.event.empty() ? event.type : frame.event;
  if (event.is_error || type == "error" || !event.is_json || (event.says && frame.event.empty())) {
    verdict->kind = FrameKind::kError;
    verdict->error_status =
        event.is_json || type == "error" ? ErrorStatus(frame.data) : kStatusNotJson;
    return;
  }
  if (!event.usage.empty()) ReadUsage(event.usage, usage);
  if (!event.utf8_ok || event.type != type) check_.OnMalformed();
  verdict->kind = Take(event, type);
  if (type == "message_start") Locate(event.id, frame.bytes, &verdict->id_at, &verdict->id_size);
  // Another piece of this block changes nothing that was not noted with this one.
  const bool plain = event.delta_type == "text_delta" || event.delta_type == "thinking_delta";
  if (by_template_ && verdict->kind == FrameKind::kToken && plain && event.utf8_ok &&
      event.usage.empty())
    last_token_.Learn(frame.bytes, *verdict, json::Unquoted(event.piece), {});
}

FrameKind PassingEvents::Take(const Event& event, std::string_view type) {
  if (type == "ping") return FrameKind::kComment;  // its keep-alive
  const bool starts = type == "message_start";
  if (ended_ || starts == started_) check_.OnMalformed();
  started_ = true;
  if (starts) return FrameKind::kAdmission;
  const int64_t index = json::IntegerOr(event.index, -1);
  if (type == "content_block_delta") {
    TakePiece(event);
    return FrameKind::kToken;
  }
  if (type == "content_block_start") {
    check_.OnBlock(index, event.block);
    return FrameKind::kAdmission;
  }
  if (type == "content_block_stop") check_.OnBlockEnd(index);
  if (type == "message_delta") check_.OnStopReason(event.stop_reason);
  if (type != "message_stop") return FrameKind::kFinish;
  ended_ = true;
  return FrameKind::kTerminal;
}

void PassingEvents::TakePiece(const Event& event) {
  const int64_t index = json::IntegerOr(event.index, -1);
  if (event.delta_type == "input_json_delta") return check_.OnInputPiece(index, event.piece);
  // A citation is an object, and belongs to a text.
  if (event.delta_type != "citations_delta") check_.OnPiece(index, event.piece);
}

Completeness PassingEvents::Finish() const {
  if (failed_) return Completeness::kUpstreamError;
  return ended_ ? check_.Judge(limit_set_) : Completeness::kIncompleteStream;
}

}  // namespace

std::unique_ptr<StreamReader> ReadPassing(const RequestExpectations& expectations,
                                          bool by_template) {
  return std::make_unique<PassingEvents>(expectations.limit_set, by_template);
}

}  // namespace banto::api::anthropic
