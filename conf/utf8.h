// Whether bytes are UTF-8, as TOML demands. Pure.
#ifndef BANTO_CONF_UTF8_H_
#define BANTO_CONF_UTF8_H_

#include <cstddef>
#include <string_view>

namespace banto::conf {

// The offset of the first byte that is not UTF-8 (RFC 3629: shortest form, no surrogates, up to
// U+10FFFF); npos if all of it is.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace banto::conf

#endif  // BANTO_CONF_UTF8_H_
