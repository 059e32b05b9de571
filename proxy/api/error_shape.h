// Errors in the shape that the client's API has for them (wire-compatibility.md §1.5, §3): ours,
// and those of workers. Pure.
#ifndef BANTO_PROXY_API_ERROR_SHAPE_H_
#define BANTO_PROXY_API_ERROR_SHAPE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

struct WorkerWords;

struct ApiError {
  int status = 500;
  std::string_view
      code;  // "model_not_found", "server_is_overloaded", "model_loading", "queue_timeout" …
  std::string_view message;  // one sentence for people
  std::string_view request_id;
};

// How one API says errors: a part of its Dialect.
struct ErrorShape {
  std::string_view content_type = "application/json";
  // Its events have names, and so does the error's. To other clients a name would hide the error
  // (Dify, wire-compatibility.md §2.2).
  bool named_events = false;
  // An error is one of the ends that a stream may have: its clients read on behind it and take a
  // cut for the network's.
  bool error_ends_stream = false;

  // Ours: a body with the request id, and a line of JSON for a stream. `sequence`: the number of
  // the next event, where the API counts them.
  std::string (*body)(const ApiError& error);
  std::string (*event)(const ApiError& error, int64_t sequence) = nullptr;  // nullptr: no streams

  // A worker's: whether clients can read the body as it is, and what it becomes where they cannot.
  // nullptr: they read whatever it says.
  bool (*readable)(std::string_view body) = nullptr;
  std::string (*of_worker)(int status, const WorkerWords& words) = nullptr;
  // The same in a stream. nullptr: the streams of this API are read by the engine's own clients;
  // the line of JSON is what of_worker() gives.
  bool (*readable_event)(const http::Frame& frame) = nullptr;
  std::string (*event_of_worker)(const WorkerWords& words, int64_t sequence) = nullptr;
};

// The frame that tells a client in mid-stream (SSE event or NDJSON line) that the answer is broken.
// Never followed by a terminal. Empty where the operation has no stream.
std::string ErrorFrame(const OperationInfo& operation, const ApiError& error, int64_t sequence = 0);

// A worker's error answer in the client's shape, status kept: flat SGLang, TGI, FastAPI `detail`,
// Ollama, TEI -> nested OpenAI form, and so on. nullopt: its clients can read it as it is.
std::optional<std::string> NormaliseError(const ErrorShape& shape, int status,
                                          std::string_view content_type, std::string_view body);

// The frame that carries a worker's own error to a client that has our 200 already.
std::string WorkerErrorFrame(const OperationInfo& operation, int status,
                             std::string_view content_type, std::string_view body,
                             int64_t sequence = 0);

// An error that the worker said in its stream, as this API's clients read it. nullopt: they can
// read it as it is.
std::optional<std::string> MendErrorFrame(const OperationInfo& operation, int status,
                                          const http::Frame& frame, int64_t sequence = 0);

// ---- For the shapes themselves.
struct StatusType {
  int status;
  std::string_view type;
};
// What an API calls an error of this status: by its table, else by whose fault it is.
std::string_view TypeOfStatus(std::span<const StatusType> table, int status,
                              std::string_view servers_fault);

// Ends the object of an error: its request's id stands beside the error, where Anthropic has it;
// SDKs of the others do not look there.
std::string WithRequestId(std::string object, const ApiError& error);

// `prefix`, then the text as a JSON string.
void AppendText(std::string_view prefix, std::string_view text, std::string* json);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ERROR_SHAPE_H_
