// What OpenAI and the engines that speak its API call the settings of a request.
#ifndef BANTO_PROXY_API_OPENAI_SETTING_NAMES_H_
#define BANTO_PROXY_API_OPENAI_SETTING_NAMES_H_

#include "proxy/api/setting.h"
#include "proxy/base/join.h"

namespace banto::api::openai {

namespace names {
inline constexpr Engines V = engine::kVllm, S = engine::kSglang, L = engine::kLlamaCpp,
                         P = engine::kLlamaCppPython, X = engine::kUnknown;
}  // namespace names

// Extensions from vLLM (entrypoints/openai/protocol.py), SGLang (entrypoints/openai/protocol.py),
// llama.cpp (tools/server, params_from_json_cmpl) and llama-cpp-python (server/types.py).
inline constexpr SettingName kSamplers[] = {
    {Setting::kTopK, "top_k", names::V | names::S | names::L | names::P},
    {Setting::kMinP, "min_p", names::V | names::S | names::L | names::P},
    {Setting::kTypicalP, "typical_p", names::L | names::P},
    {Setting::kRepeatPenalty, "repetition_penalty", names::V | names::S},
    {Setting::kRepeatPenalty, "repeat_penalty", names::L | names::P},
    {Setting::kRepeatLastN, "repeat_last_n", names::L},
    {Setting::kMirostat, "mirostat", names::L},
    {Setting::kMirostat, "mirostat_mode", names::P},
    {Setting::kMirostatTau, "mirostat_tau", names::L | names::P},
    {Setting::kMirostatEta, "mirostat_eta", names::L | names::P},
    {Setting::kIgnoreEos, "ignore_eos", names::V | names::S | names::L},
};

// OpenAI itself refuses max_tokens for its newer models; the engines all know it.
inline constexpr SettingName kOfChat[] = {
    {Setting::kTemperature, "temperature"},
    {Setting::kTopP, "top_p"},
    {Setting::kSeed, "seed"},
    {Setting::kMaxTokens, "max_completion_tokens", names::X},
    {Setting::kMaxTokens, "max_tokens"},
    {Setting::kPresencePenalty, "presence_penalty"},
    {Setting::kFrequencyPenalty, "frequency_penalty"},
    {Setting::kChoices, "n"},
    {Setting::kLogprobs, "logprobs"},
    {Setting::kTopLogprobs, "top_logprobs"},
    {Setting::kLogitBias, "logit_bias"},
    {Setting::kParallelToolCalls, "parallel_tool_calls"},
    {Setting::kUser, "user"},
    {Setting::kMetadata, "metadata"},
    {Setting::kServiceTier, "service_tier"},
    {Setting::kVerbosity, "verbosity"},
    {Setting::kPromptCacheKey, "prompt_cache_key"},
    {Setting::kSafetyIdentifier, "safety_identifier"},
};
inline constexpr auto kChatSettings = base::Join(kOfChat, kSamplers);

// Of completions; `logprobs` is a number there, and its answer has a form of its own.
inline constexpr SettingName kOfCompletions[] = {
    {Setting::kTemperature, "temperature"},
    {Setting::kTopP, "top_p"},
    {Setting::kSeed, "seed"},
    {Setting::kMaxTokens, "max_tokens"},
    {Setting::kPresencePenalty, "presence_penalty"},
    {Setting::kFrequencyPenalty, "frequency_penalty"},
    {Setting::kChoices, "n"},
    {Setting::kLogitBias, "logit_bias"},
    {Setting::kUser, "user"},
    {Setting::kSuffix, "suffix"},
    {Setting::kEcho, "echo"},
};
inline constexpr auto kCompletionSettings = base::Join(kOfCompletions, kSamplers);

inline constexpr SettingName kEmbeddingSettings[] = {
    {Setting::kDimensions, "dimensions"},
    {Setting::kUser, "user"},
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_SETTING_NAMES_H_
