// Token counts in the spellings of the APIs. Pure.
#ifndef BANTO_PROXY_API_USAGE_READER_H_
#define BANTO_PROXY_API_USAGE_READER_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api {

// Takes the counts out of a raw object: prompt_tokens/completion_tokens (OpenAI),
// input_tokens/output_tokens (Anthropic, Responses), prompt_eval_count/eval_count (Ollama). The
// input includes what the engine had cached, which Anthropic counts beside it. What it does not
// name stays as it was.
void ReadUsage(std::string_view raw, Usage* usage);

// Whether it counts anything: Ollama's completions carry a zeroed usage on every chunk.
bool CountsSomething(const Usage& usage);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_USAGE_READER_H_
