// A request's context, and keys in hex, for the tests of the cache key.
#ifndef BANTO_TESTS_UNIT_CACHE_KEY_SUPPORT_H_
#define BANTO_TESTS_UNIT_CACHE_KEY_SUPPORT_H_

#include <string>
#include <string_view>

#include "cache/cache_key.h"
#include "cache/key_fields.h"
#include "proxy/api/openai/openai.h"

namespace banto::cache {

inline constexpr KeyContext kContext = {.dialect = "openai",
                                        .method = "POST",
                                        .path = "/v1/chat/completions",
                                        .model = "llama-3.1-70b",
                                        .revision = "r1",
                                        .tenant = "t1",
                                        .packaging = "stream"};

// The key in hex; "" if there is none.
inline std::string Key(std::string_view body, const KeyContext& context = kContext,
                       const api::Dialect& dialect = api::openai::kDialect) {
  json::JsonScan scan;
  scan.Scan(body);
  const auto key = KeyOfJsonRequest(context, scan, dialect.ignored);
  return key ? key->Hex() : "";
}

// A chat body with one more member.
inline std::string With(std::string_view member) {
  return R"({"messages":[{"role":"user","content":"hi"}],)" + std::string(member) +
         R"("model":"m"})";
}

}  // namespace banto::cache

#endif  // BANTO_TESTS_UNIT_CACHE_KEY_SUPPORT_H_
