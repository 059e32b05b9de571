// Requests to /api/generate, in both directions. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_GENERATE_REQUEST_H_
#define BANTO_PROXY_API_OLLAMA_GENERATE_REQUEST_H_

#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

// A prompt that the model's template frames is a conversation of one turn; a raw one, or one with a
// suffix, is a bare prompt.
CannotCarry ReadGenerateRequest(std::string_view body, NeutralRequest* request);
// Of a bare prompt.
WrittenRequest WriteGenerateRequest(const NeutralRequest& request, const WorkerForm& worker);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_GENERATE_REQUEST_H_
