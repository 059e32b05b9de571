// What a key permits. Pure.
#ifndef BANTO_PROXY_ACCESS_PERMISSION_H_
#define BANTO_PROXY_ACCESS_PERMISSION_H_

#include <string>
#include <string_view>

#include "conf/access_key.h"

namespace banto::access {

// Whether it may ask for this model: by its name, a prefix of it, or with or without Ollama's
// ":latest", which mean the same there.
bool MayAsk(const conf::AccessKey& key, std::string_view model);

// Whether it may ask for every model, so that it does not matter which one a request means.
bool MayAskAny(const conf::AccessKey& key);

// All that it permits, as one text: two keys with the same text may do the same.
std::string PermissionsOf(const conf::AccessKey& key);

}  // namespace banto::access

#endif  // BANTO_PROXY_ACCESS_PERMISSION_H_
