// Model listings and the small Ollama endpoints, rendered from what the workers said when they were
// asked (never by asking now): /v1/models, /v1/models/{id}, /api/tags, /api/ps, /api/version, /.
// Pure.
#ifndef BANTO_PROXY_API_LISTING_H_
#define BANTO_PROXY_API_LISTING_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "proxy/api/operation.h"

namespace banto::api {

// One model as some worker listed it.
struct CatalogModel {
  std::string name;
  std::string owned_by;  // "vllm", "ollama", "llamacpp" … for OpenAI listings
  int64_t created_s = 0;
  // The worker's own JSON objects, of this or a longer name; empty where it sent none.
  std::string ollama_tag;    // of /api/tags
  std::string ollama_ps;     // of /api/ps: it is in memory
  std::string openai_model;  // of /v1/models
};
using Catalog = std::map<std::string, CatalogModel>;  // by name; merged over all workers

struct ListingAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
};

// What a listing may tell.
struct ListingFacts {
  const Catalog& catalog;    // of the workers that speak the API
  std::string_view model;    // kModel: the id in the path, percent-decoded
  std::string_view version;  // kVersion
};

// ---- For the APIs (Dialect::list), whose answer for what is unknown is a 404 without a body.

// A list of what `render` makes of each model; models that it makes nothing of are left out.
std::string ListModels(std::string_view opening, const Catalog& catalog,
                       std::string (*render)(const CatalogModel& model));
// Ollama's clients leave the tag out: `gemma` is `gemma:latest`. nullptr: it is not there.
const CatalogModel* FindModel(const Catalog& catalog, std::string_view id);
// Whether `raw` is a JSON object whose member `key` is the string `name`.
bool IsObjectNaming(std::string_view raw, std::string_view key, std::string_view name);
// A member of a raw object; empty when it is absent.
std::string_view MemberOf(std::string_view raw, std::string_view wanted);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_LISTING_H_
