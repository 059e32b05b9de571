// Members that several of Ollama's requests have (api/types.go), from and into the neutral form.
// Pure.
#ifndef BANTO_PROXY_API_OLLAMA_REQUEST_MEMBERS_H_
#define BANTO_PROXY_API_OLLAMA_REQUEST_MEMBERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

// Takes a member that is read alike wherever it stands: model, stream, options, keep_alive, format,
// think, logprobs … What is neither known nor empty is named as dropped.
void ReadMember(std::string_view name, RawJson value, NeutralRequest* request);

// Images of a message as parts. `where`: their name if one is dropped.
void ReadImages(RawJson images, std::string_view where, NeutralRequest* request,
                std::vector<Part>* parts);

// The start of every request to an Ollama: `{"model":…`.
std::string OpenRequest(const WorkerForm& worker);

// Its end: stream, format, think, settings and options, and the closing brace. `top_level`: which
// settings are members of this request's own.
enum class Members : uint8_t { kChat, kGenerate, kEmbed };
void CloseRequest(const NeutralRequest& request, const WorkerForm& worker, Members members,
                  WrittenRequest* written);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_REQUEST_MEMBERS_H_
