// Reads a stream of the Responses API that is passed on: what each event is, and whether it is
// complete.
#include <algorithm>

#include "proxy/api/openai/responses_check.h"
#include "proxy/api/stream_error.h"
#include "proxy/api/usage_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

FrameKind KindOf(std::string_view type) {
  if (type.ends_with(".delta")) return FrameKind::kToken;
  if (type == "response.completed" || type == "response.incomplete") return FrameKind::kTerminal;
  return type.ends_with(".done") ? FrameKind::kFinish : FrameKind::kAdmission;
}

// The members of an event, of whatever type.
struct Event {
  std::string_view type;  // the same as the event's name, where it is named
  std::string_view sequence;
  ResponseWords response;
  bool has_response = false;
  bool is_json = false;
  bool utf8_ok = false;
  bool is_error = false;
  bool says = false;  // it has words of its own, as only errors have
};

Event ReadEvent(std::string_view data) {
  Event event;
  json::JsonCursor json(data);
  std::string_view key;
  if (!json.EnterObject()) return event;
  while (json.NextMember(&key)) {
    if (key == "response" && json.EnterObject()) {
      event.has_response = true;
      while (json.NextMember(&key)) TakeWord(key, json.Skip(), &event.response);
      continue;
    }
    const std::string_view value = json.Skip();
    if (key == "type") event.type = json::Unquoted(value);
    if (key == "sequence_number") event.sequence = value;
    if (key == "error") event.is_error = event.is_error || json::HasSubstance(value);
    if (key == "object") event.is_error = event.is_error || value == "\"error\"";
    if (key == "message" || key == "detail") event.says = value.starts_with('"');
  }
  event.is_json = json.Finish();
  event.utf8_ok = json.utf8_ok();
  return event;
}

class ResponseEvents final : public StreamReader {
 public:
  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override {
    FrameVerdict verdict;
    verdict.kind = FrameKind::kTerminal;
    // vLLM ends more than its chats with it. It proves nothing.
    if (IsDone(frame.data)) return verdict;
    const Event event = ReadEvent(frame.data);
    const std::string_view type = frame.event.empty() ? event.type : frame.event;
    if (IsError(event, type, frame)) {
      failed_ = true;
      verdict.kind = FrameKind::kError;
      const bool readable = event.is_json || type == "error" || type == "response.failed";
      verdict.error_status = readable ? ErrorStatus(frame.data) : kStatusNotJson;
      return verdict;
    }
    Count(event.sequence);
    verdict.kind = KindOf(type);
    if (event.has_response) {
      LocateResponse(event.response, frame.bytes, &verdict);
      if (!event.response.usage.empty()) ReadUsage(event.response.usage, usage);
    }
    Note(event, type, verdict.kind);
    return verdict;
  }
  Completeness Finish() const override {
    if (failed_) return Completeness::kUpstreamError;
    if (!ended_) return Completeness::kIncompleteStream;
    const bool broken = malformed_ || open_items_ != 0;
    return broken && verdict_ == Completeness::kComplete ? Completeness::kMalformed : verdict_;
  }
  bool failed() const override { return failed_; }
  bool finished() const override { return ended_; }
  int64_t next_sequence() const override { return next_sequence_; }

 private:
  static bool IsError(const Event& event, std::string_view type, const http::Frame& frame) {
    return event.is_error || type == "error" || type == "response.failed" || !event.is_json ||
           (event.says && frame.event.empty());
  }
  void Count(std::string_view sequence) {
    constexpr int64_t kLastMax = int64_t{1} << 53;
    if (sequence.empty()) return;
    next_sequence_ = std::min(json::IntegerOr(sequence, next_sequence_), kLastMax) + 1;
  }
  void Note(const Event& event, std::string_view type, FrameKind kind) {
    malformed_ = malformed_ || ended_ || !event.utf8_ok || event.type != type;
    if (type == "response.output_item.added") ++open_items_;
    if (type == "response.output_item.done") --open_items_;
    if (kind != FrameKind::kTerminal) return;
    ended_ = true;
    verdict_ = JudgeResponse(event.response);
    malformed_ = malformed_ || type != "response.completed";
  }

  bool failed_ = false;
  bool ended_ = false;
  bool malformed_ = false;
  int64_t open_items_ = 0;
  int64_t next_sequence_ = 0;
  Completeness verdict_ = Completeness::kIncompleteStream;
};

}  // namespace

std::unique_ptr<StreamReader> ReadResponseEvents(const RequestExpectations&) {
  return std::make_unique<ResponseEvents>();
}

}  // namespace banto::api::openai
