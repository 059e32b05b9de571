// The names of settings in Ollama's requests. Its options are an object of their own, and open:
// what stands there and is not in the table has no neutral form.
#ifndef BANTO_PROXY_API_OLLAMA_OPTION_NAMES_H_
#define BANTO_PROXY_API_OLLAMA_OPTION_NAMES_H_

#include <span>
#include <string_view>

#include "proxy/api/setting.h"

namespace banto::api::ollama {

// As clients are told of them: "options.temperature".
constexpr std::string_view kOptionsPrefix = "options.";

inline constexpr SettingName kOptions[] = {
    {Setting::kTemperature, "options.temperature"},
    {Setting::kTopP, "options.top_p"},
    {Setting::kTopK, "options.top_k"},
    {Setting::kMinP, "options.min_p"},
    {Setting::kTypicalP, "options.typical_p"},
    {Setting::kSeed, "options.seed"},
    {Setting::kMaxTokens, "options.num_predict"},
    {Setting::kPresencePenalty, "options.presence_penalty"},
    {Setting::kFrequencyPenalty, "options.frequency_penalty"},
    {Setting::kRepeatPenalty, "options.repeat_penalty"},
    {Setting::kRepeatLastN, "options.repeat_last_n"},
    {Setting::kMirostat, "options.mirostat"},
    {Setting::kMirostatTau, "options.mirostat_tau"},
    {Setting::kMirostatEta, "options.mirostat_eta"},
    {Setting::kContextSize, "options.num_ctx"},
};

// Members of the request itself.
inline constexpr SettingName kChatMembers[] = {
    {Setting::kKeepAlive, "keep_alive"},
    {Setting::kLogprobs, "logprobs"},
    {Setting::kTopLogprobs, "top_logprobs"},
};
inline constexpr SettingName kGenerateMembers[] = {
    {Setting::kKeepAlive, "keep_alive"},
    {Setting::kLogprobs, "logprobs"},
    {Setting::kTopLogprobs, "top_logprobs"},
    {Setting::kSuffix, "suffix"},
};
inline constexpr SettingName kEmbedMembers[] = {
    {Setting::kKeepAlive, "keep_alive"},
    {Setting::kDimensions, "dimensions"},
    {Setting::kTruncate, "truncate"},
};

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OPTION_NAMES_H_
