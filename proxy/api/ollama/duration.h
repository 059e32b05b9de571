// Durations as Ollama reads them (api/types.go, Duration.UnmarshalJSON): a number of seconds, or a
// string in Go's spelling. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_DURATION_H_
#define BANTO_PROXY_API_OLLAMA_DURATION_H_

#include <string_view>

namespace banto::api::ollama {

// Whether the JSON value `raw` is a duration of zero: as keep_alive it unloads the model at once.
bool IsZeroDuration(std::string_view raw);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_DURATION_H_
