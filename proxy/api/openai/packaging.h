// Streams and wholes of chat completions and completions (wire-compatibility.md §4.2). Pure.
#ifndef BANTO_PROXY_API_OPENAI_PACKAGING_H_
#define BANTO_PROXY_API_OPENAI_PACKAGING_H_

#include "proxy/api/packaging.h"

namespace banto::api::openai {

// With its usage, which a whole always tells.
inline constexpr std::string_view kAskStream = R"(true,"stream_options":{"include_usage":true})";

extern const Packager kChatPackager;
extern const Packager kCompletionsPackager;

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_PACKAGING_H_
