// A request's head without the secrets that let it in: what is not in it can reach no worker, no
// cache and no log, whichever way the request goes on. Pure.
#ifndef BANTO_PROXY_ACCESS_WITHOUT_SECRETS_H_
#define BANTO_PROXY_ACCESS_WITHOUT_SECRETS_H_

#include <span>
#include <string>

#include "proxy/http/message.h"

namespace banto::access {

// Makes `out` the head without each field and each argument of the query that contains one of the
// secrets; its target is in origin-form, and all else is as it came. `out` may hold an earlier
// head, which spares the parsing of an equal one. False: it cannot be written.
bool WithoutSecrets(const http::RequestHead& head, std::span<const std::string> secrets,
                    http::RequestHead* out);

}  // namespace banto::access

#endif  // BANTO_PROXY_ACCESS_WITHOUT_SECRETS_H_
