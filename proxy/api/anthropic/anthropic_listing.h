// Listings in Anthropic's shape, for its SDKs and Claude Code: GET /v1/models and /v1/models/{id}.
// The paths are OpenAI's too; clients say by anthropic-version which they mean. Pure.
#ifndef BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_LISTING_H_
#define BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_LISTING_H_

#include "proxy/api/listing.h"
#include "proxy/api/operation.h"

namespace banto::api::anthropic {

// A Dialect's list. All models are one page.
ListingAnswer List(Operation listing, const ListingFacts& facts);

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_ANTHROPIC_LISTING_H_
