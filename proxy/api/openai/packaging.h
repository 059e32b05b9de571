// Streams and wholes of chat completions, completions (wire-compatibility.md §4.2) and responses.
// Pure.
#ifndef BANTO_PROXY_API_OPENAI_PACKAGING_H_
#define BANTO_PROXY_API_OPENAI_PACKAGING_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/packaging.h"

namespace banto::api::openai {

// With its usage, which a whole always tells.
inline constexpr std::string_view kAskStream = R"(true,"stream_options":{"include_usage":true})";

extern const Packager kChatPackager;
extern const Packager kCompletionsPackager;
extern const Packager kResponsesPackager;

// A whole response as the events of a stream. nullopt: it is none, or it has not ended well.
std::optional<std::string> TellResponse(std::string_view whole);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_PACKAGING_H_
