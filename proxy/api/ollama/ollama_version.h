// Versions of Ollama, by which its clients switch features on. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_OLLAMA_VERSION_H_
#define BANTO_PROXY_API_OLLAMA_OLLAMA_VERSION_H_

#include <string_view>

namespace banto::api::ollama {

// The version whose API our translation follows, for clients that ask for it where no Ollama is.
inline constexpr const char* kTranslatedVersion = "0.12.6";

// Whether `a` is older than `b`: "0.9.6" than "0.12.0", "0.12.0-rc1" than "0.12.0" (semver §11).
bool IsOlderVersion(std::string_view a, std::string_view b);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OLLAMA_VERSION_H_
