#include "proxy/api/passed_answer.h"

#include "proxy/api/stream_error.h"
#include "proxy/api/usage_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonCursor;

bool IsErrorEvent(const http::Frame& frame) {
  JsonCursor json(frame.data);
  std::string_view key, type;
  bool is_error = false;
  if (json.EnterObject()) {
    while (json.NextMember(&key)) {
      const std::string_view value = json.Skip();
      if (key == "type") type = json::Unquoted(value);
      if (key == "error") is_error = is_error || json::HasSubstance(value);
      // SGLang's flat error
      if (key == "object") is_error = is_error || value == "\"error\"";
    }
  }
  if (!frame.event.empty()) type = frame.event;
  return is_error || type == "error" || type == "response.failed";
}

class PassedEvents final : public StreamReader {
 public:
  FrameVerdict OnFrame(const http::Frame& frame, Usage*) override {
    FrameVerdict verdict;
    if (IsDone(frame.data)) {
      verdict.kind = FrameKind::kTerminal;
    } else if (IsErrorEvent(frame)) {
      verdict.kind = FrameKind::kError;
      verdict.error_status = ErrorStatus(frame.data);
      failed_ = true;
    }
    return verdict;
  }
  Completeness Finish() const override {
    return failed_ ? Completeness::kUpstreamError : Completeness::kNotCacheable;
  }
  bool failed() const override { return failed_; }
  bool finished() const override { return true; }

 private:
  bool failed_ = false;
};

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

std::unique_ptr<StreamReader> ReadPassed(const RequestExpectations&) {
  return std::make_unique<PassedEvents>();
}

}  // namespace banto::api
