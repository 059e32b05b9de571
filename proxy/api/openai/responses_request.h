// The pieces of a request to the Responses API, read and written. Pure.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_REQUEST_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_REQUEST_H_

#include <string>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/api/openai/setting_names.h"

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
    {Setting::kPromptCacheKey, "prompt_cache_key", names::X | names::V},
    {Setting::kSafetyIdentifier, "safety_identifier", names::X},
    {Setting::kTopK, "top_k", names::V | names::S | names::L},
    {Setting::kPresencePenalty, "presence_penalty", names::V | names::S | names::L},
    {Setting::kFrequencyPenalty, "frequency_penalty", names::V | names::S | names::L},
    {Setting::kSeed, "seed", names::V | names::L},
    {Setting::kMinP, "min_p", names::L},
    {Setting::kTypicalP, "typical_p", names::L},
    {Setting::kRepeatPenalty, "repetition_penalty", names::V},
    {Setting::kRepeatPenalty, "repeat_penalty", names::L},
    {Setting::kRepeatLastN, "repeat_last_n", names::L},
    {Setting::kMirostat, "mirostat", names::L},
    {Setting::kMirostatTau, "mirostat_tau", names::L},
    {Setting::kMirostatEta, "mirostat_eta", names::L},
    {Setting::kLogitBias, "logit_bias", names::V | names::L},
    {Setting::kIgnoreEos, "ignore_eos", names::V | names::L},
};
inline constexpr Engines kKnowStop = names::V | names::L;

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
