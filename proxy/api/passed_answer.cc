#include "proxy/api/passed_answer.h"

#include <algorithm>

#include "proxy/api/stream_error.h"
#include "proxy/api/usage_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonCursor;

// What these streams need of an event's data.
struct Event {
  std::string_view type;  // the same as the event's name, where it is named
  std::string_view usage;
  std::string_view sequence;  // Responses numbers its events
  bool is_json = false;
  bool is_error = false;
  bool says = false;  // it has words of its own, as only errors have
};

Event ReadEvent(std::string_view data) {
  Event event;
  JsonCursor json(data);
  std::string_view key;
  if (!json.EnterObject()) return event;
  while (json.NextMember(&key)) {
    // `message` (Anthropic) and `response` (Responses) wrap the usage.
    if ((key == "message" || key == "response") && json.EnterObject()) {
      while (json.NextMember(&key)) {
        const std::string_view inner = json.Skip();
        if (key == "usage") event.usage = inner;
      }
      continue;
    }
    const std::string_view value = json.Skip();
    if (key == "type") event.type = json::Unquoted(value);
    if (key == "sequence_number") event.sequence = value;
    if (key == "usage") event.usage = value;
    if (key == "error") event.is_error = event.is_error || json::HasSubstance(value);
    // SGLang's flat error
    if (key == "object") event.is_error = event.is_error || value == "\"error\"";
    if (key == "message" || key == "detail") event.says = value.substr(0, 1) == "\"";
  }
  event.is_json = json.Finish();
  return event;
}

class PassedEvents : public StreamReader {
 public:
  explicit PassedEvents(const EventTypes& types) : types_(types) {}

  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override {
    FrameVerdict verdict;
    verdict.kind = Kind(frame, usage, &verdict.error_status);
    failed_ = failed_ || verdict.kind == FrameKind::kError;
    // A sentinel proves nothing here either.
    if (verdict.kind == FrameKind::kTerminal && !IsDone(frame.data)) ended_ = true;
    return verdict;
  }
  Completeness Finish() const override {
    if (failed_) return Completeness::kUpstreamError;
    const bool cut = types_.names_its_end && !ended_;
    return cut ? Completeness::kIncompleteStream : Completeness::kNotCacheable;
  }
  bool failed() const override { return failed_; }
  bool finished() const override { return Finish() != Completeness::kIncompleteStream; }
  int64_t next_sequence() const override { return next_sequence_; }

 private:
  FrameKind Kind(const http::Frame& frame, Usage* usage, int* error_status);

  EventTypes types_;
  bool failed_ = false;
  bool ended_ = false;
  int64_t next_sequence_ = 0;
};

FrameKind PassedEvents::Kind(const http::Frame& frame, Usage* usage, int* error_status) {
  // vLLM ends more than its OpenAI streams with it.
  if (IsDone(frame.data)) return FrameKind::kTerminal;
  const Event event = ReadEvent(frame.data);
  if (!event.sequence.empty()) {
    constexpr int64_t kLastMax = int64_t{1} << 53;
    next_sequence_ = std::min(json::IntegerOr(event.sequence, next_sequence_), kLastMax) + 1;
  }
  const std::string_view type = frame.event.empty() ? event.type : frame.event;
  if (event.is_error || type == "error" || type == "response.failed") {
    *error_status = ErrorStatus(frame.data);
    return FrameKind::kError;
  }
  if (types_.kind_of == nullptr) return FrameKind::kToken;
  if (!event.is_json || (event.says && frame.event.empty())) {
    *error_status = event.is_json ? ErrorStatus(frame.data) : kStatusNotJson;
    return FrameKind::kError;
  }
  if (!event.usage.empty()) ReadUsage(event.usage, usage);
  return types_.kind_of(type);
}

}  // namespace

Completeness CheckPassed(const RequestExpectations&, std::string_view body, FrameVerdict*,
                         Usage* usage) {
  JsonCursor json(body);
  std::string_view key;
  bool is_error = false;
  if (!json.EnterObject()) return Completeness::kNotCacheable;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "usage" && value.starts_with('{')) ReadUsage(value, usage);
    if (key == "error") is_error = is_error || json::HasSubstance(value);
    if (key == "object") is_error = is_error || value == "\"error\"";
  }
  return is_error ? Completeness::kUpstreamError : Completeness::kNotCacheable;
}

std::unique_ptr<StreamReader> ReadPassedEvents(const EventTypes& types) {
  return std::make_unique<PassedEvents>(types);
}

}  // namespace banto::api
