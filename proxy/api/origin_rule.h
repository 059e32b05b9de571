// Which pages of a browser an engine lets read its answers when nobody configured it otherwise.
#ifndef BANTO_PROXY_API_ORIGIN_RULE_H_
#define BANTO_PROXY_API_ORIGIN_RULE_H_

#include <cstdint>
#include <string_view>

namespace banto::api {

// Ordered from lax to strict.
enum class OriginRule : uint8_t {
  kAny,     // Access-Control-Allow-Origin: *
  kOllama,  // local pages and desktop shells; 403 to all others
  kSilent,  // sends no such header, or is not known to
};

inline OriginRule StricterOf(OriginRule a, OriginRule b) { return a < b ? b : a; }

// Whether the engine lets a page of `origin` read its answers.
bool AllowsOrigin(OriginRule rule, std::string_view origin);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ORIGIN_RULE_H_
