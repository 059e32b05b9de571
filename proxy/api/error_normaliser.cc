// What workers say (worker_words.h), in the shapes of error_shape.h.
#include "proxy/api/error_shape.h"
#include "proxy/api/worker_words.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

// The OpenAI form with the worker's own type, param and code, where it named them.
std::string Nested(int status, const WorkerWords& words) {
  std::string body = R"({"error":{"message":)";
  json::AppendJsonString(words.message, &body);
  body += R"(,"type":)";
  json::AppendJsonString(words.type.empty() ? OpenAiErrorType(status) : words.type, &body);
  body += R"(,"param":)" + words.param + R"(,"code":)" + words.code + "}}";
  return body;
}

// JSON on one line, as an event or a line of a stream needs it: its strings hold no line ends.
std::string OneLine(std::string json) {
  for (char& c : json) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return json;
}

bool IsNumber(std::string_view raw) { return raw.front() == '-' || base::IsDigit(raw.front()); }

// Responses has no place for a type, and its code is a text. A type says more than a number, mostly
// the status over again.
std::string CodeText(const WorkerWords& words) {
  if (words.code.front() == '"') return words.code;
  std::string text;
  if (words.code == "null" && words.type.empty()) return "null";
  if (!words.type.empty()) {
    json::AppendJsonString(words.type, &text);
  } else {
    json::AppendJsonString(words.code, &text);
  }
  return text;
}

// The event's name, which Responses has in its data too.
std::string_view NameOf(const http::Frame& frame) {
  if (!frame.event.empty()) return frame.event;
  json::JsonCursor json(frame.data);
  if (!json.EnterObject()) return {};
  for (std::string_view key; json.NextMember(&key);) {
    const std::string_view raw = json.Skip();
    if (key == "type") return json::Unquoted(raw);
  }
  return {};
}

}  // namespace

std::optional<std::string> NormaliseError(Family family, int status, std::string_view content_type,
                                          std::string_view body) {
  if (family == Family::kPlain || IsInShape(family, body)) return std::nullopt;
  const WorkerWords words = HearWorker(status, content_type, body);
  if (family == Family::kOpenAi) return Nested(status, words);
  return ErrorBody(family, {status, {}, words.message, {}});
}

std::string WorkerErrorFrame(const OperationInfo& operation, int status,
                             std::string_view content_type, std::string_view body,
                             int64_t sequence) {
  if (operation.operation == Operation::kResponses) {
    const WorkerWords words = HearWorker(status, content_type, body);
    const bool both = IsNumber(words.code) && !words.type.empty();
    const bool param_is_text = words.param.front() == '"';
    return ResponsesErrorEvent(words.message, CodeText(words), param_is_text ? words.param : "null",
                               sequence, both ? R"(,"error_code":)" + words.code : "");
  }
  std::optional<std::string> shaped = NormaliseError(operation.family, status, content_type, body);
  return FrameError(operation, OneLine(shaped ? std::move(*shaped) : std::string(body)));
}

std::optional<std::string> MendErrorFrame(const OperationInfo& operation, int status,
                                          const http::Frame& frame, int64_t sequence) {
  // Native streams of the engines are read by their own clients.
  if (operation.operation == Operation::kOtherInference || operation.family == Family::kPlain)
    return std::nullopt;
  bool in_shape = IsInShape(operation.family, frame.data);
  if (operation.operation == Operation::kResponses)
    in_shape = NameOf(frame) == "response.failed" || NameOf(frame) == "error";
  if (operation.operation == Operation::kMessages) in_shape = in_shape && frame.event == "error";
  if (in_shape) return std::nullopt;
  return WorkerErrorFrame(operation, status, {}, frame.data, sequence);
}

}  // namespace banto::api
