#include "proxy/api/error_shape.h"

#include "proxy/api/dialect.h"
#include "proxy/api/worker_words.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

// JSON on one line, as an event or a line of a stream needs it: its strings hold no line ends.
std::string OneLine(std::string json) {
  for (char& c : json) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return json;
}

std::string Frame(const OperationInfo& operation, std::string_view json) {
  // Opaque bytes have no place for it: their stream is broken off instead.
  if (operation.framing == http::StreamFraming::kNone) return {};
  std::string frame;
  if (operation.framing == http::StreamFraming::kNdjson) return frame.append(json).append("\n");
  const bool named = operation.dialect->errors->named_events;
  return frame.append(named ? "event: error\ndata: " : "data: ").append(json).append("\n\n");
}

}  // namespace

std::string ErrorFrame(const OperationInfo& operation, const ApiError& error, int64_t sequence) {
  const ErrorShape& shape = *operation.dialect->errors;
  return shape.event == nullptr ? "" : Frame(operation, shape.event(error, sequence));
}

std::optional<std::string> NormaliseError(const ErrorShape& shape, int status,
                                          std::string_view content_type, std::string_view body) {
  if (shape.readable == nullptr || shape.readable(body)) return std::nullopt;
  return shape.of_worker(status, HearWorker(status, content_type, body));
}

std::string WorkerErrorFrame(const OperationInfo& operation, int status,
                             std::string_view content_type, std::string_view body,
                             int64_t sequence) {
  const ErrorShape& shape = *operation.dialect->errors;
  if (shape.event_of_worker != nullptr) {
    const WorkerWords words = HearWorker(status, content_type, body);
    return Frame(operation, shape.event_of_worker(words, sequence));
  }
  std::optional<std::string> shaped = NormaliseError(shape, status, content_type, body);
  return Frame(operation, OneLine(shaped ? std::move(*shaped) : std::string(body)));
}

std::optional<std::string> MendErrorFrame(const OperationInfo& operation, int status,
                                          const http::Frame& frame, int64_t sequence) {
  const ErrorShape& shape = *operation.dialect->errors;
  if (shape.readable_event == nullptr || shape.readable_event(frame)) return std::nullopt;
  return WorkerErrorFrame(operation, status, {}, frame.data, sequence);
}

std::string_view TypeOfStatus(std::span<const StatusType> table, int status,
                              std::string_view servers_fault) {
  for (const StatusType& row : table) {
    if (row.status == status) return row.type;
  }
  return status < 500 ? "invalid_request_error" : servers_fault;
}

std::string WithRequestId(std::string object, const ApiError& error) {
  if (!error.request_id.empty()) AppendText(R"(,"request_id":)", error.request_id, &object);
  return object.append("}");
}

void AppendText(std::string_view prefix, std::string_view text, std::string* json) {
  json->append(prefix);
  json::AppendJsonString(text, json);
}

}  // namespace banto::api
