// Streams and wholes of Ollama's chat and generate (wire-compatibility.md §4.3). Pure.
#ifndef BANTO_PROXY_API_OLLAMA_PACKAGING_H_
#define BANTO_PROXY_API_OLLAMA_PACKAGING_H_

#include "proxy/api/packaging.h"

namespace banto::api::ollama {

extern const Packager kPackager;

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_PACKAGING_H_
