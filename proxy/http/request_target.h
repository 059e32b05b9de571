// Parses the target of a request line and its authority (RFC 9112 §3.2). Pure.
#ifndef BANTO_PROXY_HTTP_REQUEST_TARGET_H_
#define BANTO_PROXY_HTTP_REQUEST_TARGET_H_

#include <string>
#include <string_view>

#include "proxy/http/head_builder.h"

namespace banto::http {

// Whether `text` is host [":" port]: a name of letters, digits and "-._~", an IPv4 address, or an
// IPv6 address in brackets. Not empty, without user name and path.
bool IsAuthority(std::string_view text);

// The form of a target and where its parts lie in the head.
struct TargetParts {
  // What has to be written into the head's copy to give the target a path.
  enum class Fill : uint8_t {
    kNothing,   // it has one
    kAsterisk,  // "OPTIONS http://host" means "*" (RFC 9112 §3.2.4)
    kSlash,     // "http://host?x" means "/?x"
  };
  Span target;
  Span authority;  // of an absolute-form target, otherwise empty
  Fill fill = Fill::kNothing;
};

// Splits `target`, which lies at offset `at` of the head. Returns nullptr, or what is wrong with it
// (400).
const char* ReadTarget(std::string_view method, std::string_view target, size_t at,
                       TargetParts* parts);

// Writes the missing path over the "//" of the scheme, which is no longer needed. Changes `parts`
// and the bytes, but not the size.
void FillTarget(std::string* bytes, TargetParts* parts);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_REQUEST_TARGET_H_
