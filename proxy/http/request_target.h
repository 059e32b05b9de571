// The target of a request line and the authority it is meant for (RFC 9112 §3.2). Pure.
#ifndef BANTO_PROXY_HTTP_REQUEST_TARGET_H_
#define BANTO_PROXY_HTTP_REQUEST_TARGET_H_

#include <string>
#include <string_view>

#include "proxy/http/head_builder.h"

namespace banto::http {

// Whether `text` is host [":" port]: a name of letters, digits and "-._~", an IPv4 address, or an
// IPv6 address in brackets. No user name, no path, not empty.
bool IsAuthority(std::string_view text);

// What a target was and where its parts lie in the head.
struct TargetParts {
  // What must be written into the head's copy so that the target has a path.
  enum class Fill : uint8_t {
    kNothing,   // it has one
    kAsterisk,  // "OPTIONS http://host" means "*" (RFC 9112 §3.2.4)
    kSlash,     // "http://host?x" means "/?x"
  };
  Span target;
  Span authority;  // of an absolute-form target; empty otherwise
  Fill fill = Fill::kNothing;
};

// Takes `target` apart; `at` is where it lies in the head. nullptr, or what is wrong with it (400).
const char* ReadTarget(std::string_view method, std::string_view target, size_t at,
                       TargetParts* parts);

// Writes the missing path over the "//" of the scheme, which nobody needs any more. `parts` and the
// bytes change, their size does not.
void FillTarget(std::string* bytes, TargetParts* parts);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_REQUEST_TARGET_H_
