// Errors in the client's own API shape (wire-compatibility.md §1.5, §3), ours and those of workers.
// Pure.
#ifndef BANTO_PROXY_API_ERROR_SHAPE_H_
#define BANTO_PROXY_API_ERROR_SHAPE_H_

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
// Never followed by a terminal.
std::string ErrorFrame(Family family, http::StreamFraming framing, const ApiError& error);

// A worker's error answer in the client's shape, status kept: flat SGLang, TGI, FastAPI `detail`,
// Ollama, TEI -> nested OpenAI form, and so on. nullopt: it has that shape already (send it
// unchanged) or is not JSON and the family is kPlain.
std::optional<std::string> NormaliseError(Family family, int status, std::string_view content_type,
                                          std::string_view body);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ERROR_SHAPE_H_
