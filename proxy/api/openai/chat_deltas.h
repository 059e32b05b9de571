// A whole chat completion as the chunks of a stream. Pure.
#ifndef BANTO_PROXY_API_OPENAI_CHAT_DELTAS_H_
#define BANTO_PROXY_API_OPENAI_CHAT_DELTAS_H_

#include <optional>
#include <string>
#include <string_view>

namespace banto::api::openai {

// Per choice: its role with what stands beside the texts, its thoughts, content, refusal and calls,
// its end. nullopt: it is no such answer, or it says what no stream can (vLLM's prompt_logprobs,
// sound).
std::optional<std::string> TellInDeltas(std::string_view whole);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHAT_DELTAS_H_
