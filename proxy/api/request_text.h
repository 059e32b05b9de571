// The words of a request, all that a chat template would put before the model. For counting. Pure.
#ifndef BANTO_PROXY_API_REQUEST_TEXT_H_
#define BANTO_PROXY_API_REQUEST_TEXT_H_

#include <string>

#include "proxy/api/neutral_request.h"

namespace banto::api {

// Texts of messages, calls, results, reasoning and definitions of tools, as one text with a newline
// after each. Not images.
std::string AllText(const NeutralRequest& request);

int CountImages(const NeutralRequest& request);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_REQUEST_TEXT_H_
