// The image that a URL names, or is. Pure.
#ifndef BANTO_PROXY_API_OPENAI_DATA_URL_H_
#define BANTO_PROXY_API_OPENAI_DATA_URL_H_

#include "proxy/api/neutral_request.h"

namespace banto::api::openai {

// Media type and data of a `data:` URL in base64, else the URL.
void ReadImageUrl(JsonText url, TextStore* store, Part* image);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_DATA_URL_H_
