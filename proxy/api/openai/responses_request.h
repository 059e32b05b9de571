// The pieces of a request to the Responses API, read and written. Pure.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_REQUEST_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_REQUEST_H_

#include <string>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/api/operation_row.h"

namespace banto::api::openai {

// What it has of the settings as members of its own. Engines: vLLM's ResponsesRequest
// (entrypoints/openai/responses/protocol.py); llama.cpp hands every member to its sampler.
inline constexpr SettingName kResponsesSettings[] = {
    {Setting::kTemperature, "temperature"},
    {Setting::kTopP, "top_p"},
    {Setting::kMaxTokens, "max_output_tokens"},
    {Setting::kTopLogprobs, "top_logprobs"},
    {Setting::kParallelToolCalls, "parallel_tool_calls"},
    {Setting::kUser, "user"},
    {Setting::kMetadata, "metadata"},
    {Setting::kServiceTier, "service_tier"},
    {Setting::kPromptCacheKey, "prompt_cache_key", engine::kUnknown | engine::kVllm},
    {Setting::kSafetyIdentifier, "safety_identifier", engine::kUnknown},
    {Setting::kTopK, "top_k", engine::kVllm | engine::kSglang | engine::kLlamaCpp},
    {Setting::kPresencePenalty, "presence_penalty",
     engine::kVllm | engine::kSglang | engine::kLlamaCpp},
    {Setting::kFrequencyPenalty, "frequency_penalty",
     engine::kVllm | engine::kSglang | engine::kLlamaCpp},
    {Setting::kSeed, "seed", engine::kVllm | engine::kLlamaCpp},
    {Setting::kMinP, "min_p", engine::kLlamaCpp},
    {Setting::kTypicalP, "typical_p", engine::kLlamaCpp},
    {Setting::kRepeatPenalty, "repetition_penalty", engine::kVllm},
    {Setting::kRepeatPenalty, "repeat_penalty", engine::kLlamaCpp},
    {Setting::kRepeatLastN, "repeat_last_n", engine::kLlamaCpp},
    {Setting::kMirostat, "mirostat", engine::kLlamaCpp},
    {Setting::kMirostatTau, "mirostat_tau", engine::kLlamaCpp},
    {Setting::kMirostatEta, "mirostat_eta", engine::kLlamaCpp},
    {Setting::kLogitBias, "logit_bias", engine::kVllm | engine::kLlamaCpp},
    {Setting::kIgnoreEos, "ignore_eos", engine::kVllm | engine::kLlamaCpp},
};
inline constexpr Engines kKnowStop = engine::kVllm | engine::kLlamaCpp;

CannotCarry ReadResponsesRequest(std::string_view body, NeutralRequest* request);
// `input`: a text, or a list of items.
void ReadInput(RawJson input, NeutralRequest* request);
void ReadTools(RawJson tools, NeutralRequest* request);
// After the tools.
CannotCarry ReadToolChoice(RawJson choice, NeutralRequest* request);

WrittenRequest WriteResponsesRequest(const NeutralRequest& request, const WorkerForm& worker);
// `,"instructions":…,"input":[…]`
void AppendInput(const NeutralRequest& request, const WorkerForm& worker, WrittenRequest* written);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_REQUEST_H_
