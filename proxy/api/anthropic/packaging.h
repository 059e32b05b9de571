// Event streams and messages of Anthropic's API (wire-compatibility.md §4.4). Pure.
#ifndef BANTO_PROXY_API_ANTHROPIC_PACKAGING_H_
#define BANTO_PROXY_API_ANTHROPIC_PACKAGING_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/packaging.h"

namespace banto::api::anthropic {

extern const Packager kPackager;

// A whole message as the events of a stream. nullopt: it is none.
std::optional<std::string> TellInEvents(std::string_view whole);

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_PACKAGING_H_
