// Parses lists of models in the formats of engines, gateways and providers. Pure; tolerates missing
// members, bounded in depth and number.
#ifndef BANTO_HEALTH_MODEL_LIST_H_
#define BANTO_HEALTH_MODEL_LIST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "health/engine_facts.h"

namespace banto::health {

inline constexpr size_t kModelsMax = 10'000;       // of a worker; longer lists are cut
inline constexpr size_t kRevisionBytesMax = 1024;  // per part; every name of the model gets a copy

// What only an OpenAI-compatible API returns: {"object":"list","data":[…]} (vLLM, SGLang,
// llama.cpp, Ollama, whose data may be null, TGI), or a bare array of such models (Together).
// nullopt: not such a list.
std::optional<std::vector<ListedModel>> ParseOpenAiModels(std::string_view body);

// Any list of models, where it is known that this was requested: {"data":[…]}, {"models":[…]}, a
// bare array; with objects that have an id, a name or a model, or with plain names.
std::optional<std::vector<ListedModel>> ParseModelList(std::string_view body);

// The query for the next page; empty: there is none. Handles has_more with last_id (OpenAI,
// Anthropic), nextPageToken (Gemini) and the like.
std::string NextPage(std::string_view body);

// Whether the list has the marks of llama-cpp-python: owner "me" and a member "permissions".
bool IsLlamaCppPythonList(std::string_view body);

// {"models":[…]} of Ollama: /api/tags, and /api/ps with `running`.
std::optional<std::vector<ListedModel>> ParseOllamaModels(std::string_view body, bool running);

}  // namespace banto::health

#endif  // BANTO_HEALTH_MODEL_LIST_H_
