// Shortens foreign text for metrics, logs and error messages, whose size its author must not
// control. Pure; any thread.
#ifndef BANTO_PROXY_HTTP_SHORT_TEXT_H_
#define BANTO_PROXY_HTTP_SHORT_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto::http {

constexpr size_t kNameBytesMax = 128;  // of a model's name in output

// `text`, or its beginning and an ellipsis: at most `bytes_max` bytes (3 or more), cut between
// characters.
std::string Shortened(std::string_view text, size_t bytes_max = kNameBytesMax);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_SHORT_TEXT_H_
