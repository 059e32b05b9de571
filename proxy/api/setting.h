// Members of a request that several APIs have under names of their own: sampling, limits and the
// like, handed on as raw values. Each codec has a table of its names, for reading and writing; what
// the worker's API has no name for is dropped. Pure.
#ifndef BANTO_PROXY_API_SETTING_H_
#define BANTO_PROXY_API_SETTING_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/json_text.h"
#include "proxy/api/operation.h"

namespace banto::api {

enum class Setting : uint8_t {
  kTemperature,
  kTopP,
  kTopK,
  kMinP,
  kTypicalP,
  kSeed,
  kMaxTokens,  // of the answer, reasoning included
  kPresencePenalty,
  kFrequencyPenalty,
  kRepeatPenalty,  // 1.0: none
  kRepeatLastN,
  kMirostat,
  kMirostatTau,
  kMirostatEta,
  kChoices,      // n
  kLogprobs,     // true or false
  kTopLogprobs,  // an integer
  kLogitBias,
  kParallelToolCalls,  // true or false
  kUser,               // a string
  kMetadata,
  kServiceTier,
  kVerbosity,
  kKeepAlive,    // how long an Ollama keeps the model loaded
  kContextSize,  // num_ctx
  kDimensions,   // of an embedding
  kTruncate,     // true or false: of too long inputs
  kSuffix,       // of a completion
  kEcho,
  kIgnoreEos,
  kPromptCacheKey,
  kSafetyIdentifier,
};

// `name`: the member of the request's object. `engines`: only these have it; 0: all that speak the
// API.
struct SettingName {
  Setting setting;
  std::string_view name;
  Engines engines = 0;
};

struct SettingValue {
  Setting setting;
  std::string_view name;  // in the client's API
  RawJson value;
};
using SettingValues = std::vector<SettingValue>;

// Takes a member if the table has its name and it is of the setting's type; null counts as absent,
// and is taken too. Of two names for one setting the first that is sent counts.
bool TakeSetting(std::span<const SettingName> table, std::string_view name, RawJson value,
                 SettingValues* settings);

// The raw value; empty: not set.
RawJson SettingOf(const SettingValues& settings, Setting setting);

// Appends `,"name":value` for each that the table has, in the table's spelling. The names of the
// others are added to *dropped.
void AppendSettings(const SettingValues& settings, std::span<const SettingName> table,
                    Engines engines, std::string* json, std::vector<std::string>* dropped);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_SETTING_H_
