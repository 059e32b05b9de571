// One object of /api/tags or /api/ps, as an Ollama told it.
// Pure. Internal to listing.
#ifndef BANTO_PROXY_API_OLLAMA_LISTING_H_
#define BANTO_PROXY_API_OLLAMA_LISTING_H_

#include <string>
#include <string_view>

#include "proxy/api/listing.h"

namespace banto::api {

std::string OllamaTag(const CatalogModel& model);
std::string OllamaPs(const CatalogModel& model);  // empty: it is not loaded

// Whether `raw` is a JSON object whose member `key` is the string `name`.
bool IsObjectNaming(std::string_view raw, std::string_view key, std::string_view name);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_OLLAMA_LISTING_H_
