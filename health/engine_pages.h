// Parses the pages on which engines describe themselves into EngineFacts: /v1/models, /api/tags,
// /api/ps, /info, /props, /version. Pure; other pages are ignored.
#ifndef BANTO_HEALTH_ENGINE_PAGES_H_
#define BANTO_HEALTH_ENGINE_PAGES_H_

#include <optional>
#include <string>
#include <string_view>

#include "health/engine_facts.h"

namespace banto::health {

// GET /info of TGI and TEI (distinguished by "router" and "model_type").
struct InfoPage {
  bool is_tei = false;
  std::string model, revision, version;
  std::string task;  // TEI: the key in its model_type
};
std::optional<InfoPage> ParseInfo(std::string_view body);

// llama.cpp /props.
struct PropsPage {
  int slots = 0;
  int64_t slot_tokens = 0;  // the context of each
  std::string model_path, version;
};
std::optional<PropsPage> ParseProps(std::string_view body);

// The string members of SGLang's /get_model_info; nullopt without a model_path.
struct SglangPage {
  std::string model_path, weight_version;
};
std::optional<SglangPage> ParseSglangInfo(std::string_view body);

// {"version":"…"}: /api/version, /version. nullopt: no such member.
std::optional<std::string> ParseVersion(std::string_view body);

// {"error": …}: an API answers, even if it refuses us.
bool IsApiError(std::string_view body);

// Adds to `facts` what the answer to GET `path` contains. False if the body is not such a page.
bool ReadFacts(std::string_view path, std::string_view body, EngineFacts* facts);

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_PAGES_H_
