// UTF-8 validation 32 bytes at a time, on machines with AVX2. Internal to utf8.
#ifndef BANTO_PROXY_JSON_UTF8_WIDE_H_
#define BANTO_PROXY_JSON_UTF8_WIDE_H_

#include <string_view>

namespace banto::json {

bool HasWideUtf8();

// Whether `text` is UTF-8. Requires HasWideUtf8().
bool IsUtf8Wide(std::string_view text);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_UTF8_WIDE_H_
