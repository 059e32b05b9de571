// How many tokens a request may have where no tokenizer can be asked. Pure.
//
// By the length that characters have in UTF-8, after what the tokenizers of current models make of
// prose and code: 3.5 ASCII characters are a token, 2 of two bytes (Latin with accents, Greek,
// Cyrillic), 1 of three (Chinese, Japanese, Korean), half of one of four (emoji). To that come 4
// for each message and 12 for each tool, which are the marks of a template around them, and 1500
// for an image.
#ifndef BANTO_PROXY_API_TOKEN_ESTIMATE_H_
#define BANTO_PROXY_API_TOKEN_ESTIMATE_H_

#include <cstdint>

#include "proxy/api/neutral_request.h"

namespace banto::api {

inline constexpr int64_t kTokensPerImage = 1500;

int64_t EstimateTokens(const NeutralRequest& request);

// Of a text alone, rounded up.
int64_t EstimateTokens(JsonText text);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_TOKEN_ESTIMATE_H_
