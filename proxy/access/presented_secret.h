// The secrets that a request presents, from where the SDKs of the APIs put their key. Pure.
#ifndef BANTO_PROXY_ACCESS_PRESENTED_SECRET_H_
#define BANTO_PROXY_ACCESS_PRESENTED_SECRET_H_

#include <cstddef>
#include <string>
#include <vector>

#include "proxy/http/message.h"

namespace banto::access {

// One for each place is more than any client sends; hashing more would be a burden that any caller
// can lay on us.
inline constexpr size_t kSecretsMax = 8;

// The different secrets in Authorization (Bearer, or alone), X-Api-Key, Api-Key, X-Goog-Api-Key and
// `?key=`, in this order; at most one more than kSecretsMax.
std::vector<std::string> PresentedSecrets(const http::RequestHead& head);

}  // namespace banto::access

#endif  // BANTO_PROXY_ACCESS_PRESENTED_SECRET_H_
