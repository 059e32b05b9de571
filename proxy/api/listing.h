// Model listings and the small Ollama endpoints, rendered from what the workers said when they were
// asked (never by asking now): /v1/models, /v1/models/{id}, /api/tags, /api/ps, /api/show,
// /api/version, /. Pure.
#ifndef BANTO_PROXY_API_LISTING_H_
#define BANTO_PROXY_API_LISTING_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/operation.h"

namespace banto::api {

// One model as some worker listed it.
struct CatalogModel {
  std::string name;
  std::string owned_by;  // "vllm", "ollama", "llamacpp" … for OpenAI listings
  int64_t created_s = 0;
  std::string ollama_tag;  // the worker's own JSON object of /api/tags; empty where it is no Ollama
  std::string ollama_ps;   // its object of /api/ps when it is loaded; else empty
  std::string openai_model;  // its own JSON object of /v1/models; empty where unknown
};
using Catalog = std::map<std::string, CatalogModel>;  // by name; merged over all workers

struct ListingAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
};

// `model_id`: for kModel (from the path, percent-decoded) and kOllamaShow (from the body). Unknown
// -> 404 without a body.
ListingAnswer RenderListing(Operation operation, const Catalog& catalog, std::string_view model_id);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_LISTING_H_
