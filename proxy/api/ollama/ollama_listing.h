// Ollama's listings, from what the workers said when they were asked. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_OLLAMA_LISTING_H_
#define BANTO_PROXY_API_OLLAMA_OLLAMA_LISTING_H_

#include "proxy/api/listing.h"
#include "proxy/api/operation.h"

namespace banto::api::ollama {

// A Dialect's list.
ListingAnswer List(Operation listing, const ListingFacts& facts);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OLLAMA_LISTING_H_
