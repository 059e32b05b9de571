// Errors in the client's own API shape (wire-compatibility.md §1.5, §3), ours and those of workers.
// Pure.
#ifndef BANTO_PROXY_API_ERROR_SHAPE_H_
#define BANTO_PROXY_API_ERROR_SHAPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/operation.h"

namespace banto::api {

struct ApiError {
  int status = 500;
  std::string_view
      code;  // "model_not_found", "server_is_overloaded", "model_loading", "queue_timeout" …
  std::string_view message;  // one sentence for people
  std::string_view request_id;
};

// The body of an error answer; content type below. The `type` follows from the status (OpenAI:
// invalid_request_error, …).
std::string ErrorBody(Family family, const ApiError& error);
// What OpenAI calls an error of this status.
std::string_view OpenAiErrorType(int status);
std::string_view ErrorContentType(Family family);  // application/json; text/plain for kPlain

// The frame that tells a client in mid-stream (SSE event or NDJSON line) that the answer is broken.
// Never followed by a terminal. `sequence`: the number of the next event, which Responses counts.
std::string ErrorFrame(const OperationInfo& operation, const ApiError& error, int64_t sequence = 0);

// A worker's error answer in the client's shape, status kept: flat SGLang, TGI, FastAPI `detail`,
// Ollama, TEI -> nested OpenAI form, and so on. nullopt: it has that shape already, or the family
// is kPlain (send it unchanged).
std::optional<std::string> NormaliseError(Family family, int status, std::string_view content_type,
                                          std::string_view body);

// The frame that carries a worker's own error to a client that has our 200 already.
std::string WorkerErrorFrame(const OperationInfo& operation, int status,
                             std::string_view content_type, std::string_view body,
                             int64_t sequence = 0);

// An error that the worker said in its stream, as this API's clients read it. nullopt: they can
// read it as it is.
std::optional<std::string> MendErrorFrame(const OperationInfo& operation, int status,
                                          const http::Frame& frame, int64_t sequence = 0);

// For the above: `json`, one line, as a frame; Responses' typed event, with `code`, `param` and
// `more` (members behind commas) as JSON.
std::string FrameError(const OperationInfo& operation, std::string_view json);
std::string ResponsesErrorEvent(std::string_view message, std::string_view code,
                                std::string_view param, int64_t sequence,
                                std::string_view more = {});

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ERROR_SHAPE_H_
