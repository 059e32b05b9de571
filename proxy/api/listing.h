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
  // The worker's own JSON objects, of this or a longer name; empty where it has not told.
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

// `catalog`: of the operation's family. `model_id`: for kModel (from the path, percent-decoded).
// Unknown -> 404 without a body.
ListingAnswer RenderListing(Operation operation, const Catalog& catalog, std::string_view model_id);

// GET /api/version.
ListingAnswer RenderVersion(std::string_view version);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_LISTING_H_
