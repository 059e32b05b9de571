// What Ollama's clients are told of a model that only other engines serve: as much as its engine
// listed, in the shape that Ollama's own CLI and SDKs read. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_FOREIGN_MODEL_H_
#define BANTO_PROXY_API_OLLAMA_FOREIGN_MODEL_H_

#include <string>

#include "proxy/api/listing.h"

namespace banto::api::ollama {

std::string ForeignTag(const CatalogModel& model);      // of /api/tags
std::string ForeignRunning(const CatalogModel& model);  // of /api/ps
std::string ForeignShow(const CatalogModel& model);     // /api/show

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_FOREIGN_MODEL_H_
