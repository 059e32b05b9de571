// The id of a request in logs, workers and answers: the client's own if valid, otherwise a new one.
// Pure.
#ifndef BANTO_PROXY_CLIENT_REQUEST_ID_H_
#define BANTO_PROXY_CLIENT_REQUEST_ID_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto {

// `offered`: the client's X-Request-Id, used if it has 1–128 characters of [A-Za-z0-9._-].
// Otherwise 16 hex digits of `random`.
void SetRequestId(std::string_view offered, uint64_t random, std::string* id);

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_REQUEST_ID_H_
