// Lists of models in the shapes that engines, gateways and providers give them. Pure; tolerant of
// missing members, bounded in depth and number.
#ifndef BANTO_HEALTH_MODEL_LIST_H_
#define BANTO_HEALTH_MODEL_LIST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "health/engine_facts.h"

namespace banto::health {

inline constexpr size_t kModelsMax = 10'000;       // of a worker; its list is cut there
inline constexpr size_t kRevisionBytesMax = 1024;  // of each thing told: each of its names has it

// What only an OpenAI-compatible API answers: {"object":"list","data":[…]} (vLLM, SGLang,
// llama.cpp, Ollama, whose data may be null, TGI), or the bare array of such models (Together).
// nullopt: no such list.
std::optional<std::vector<ListedModel>> ParseOpenAiModels(std::string_view body);

// Whatever lists models, where it is known that this is what was asked: {"data":[…]},
// {"models":[…]}, a bare array; objects with an id, a name or a model, or plain names.
std::optional<std::vector<ListedModel>> ParseModelList(std::string_view body);

// The query that asks for the page after this one; empty: there is none. OpenAI's and Anthropic's
// has_more with last_id, Gemini's nextPageToken and its likes.
std::string NextPage(std::string_view body);

// Whether the list carries the mark of llama-cpp-python: owner "me" and a member "permissions".
bool IsLlamaCppPythonList(std::string_view body);

// {"models":[…]} of Ollama: /api/tags, and /api/ps with `running`.
std::optional<std::vector<ListedModel>> ParseOllamaModels(std::string_view body, bool running);

}  // namespace banto::health

#endif  // BANTO_HEALTH_MODEL_LIST_H_
