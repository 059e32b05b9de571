// Ollama's own API: /api/chat, /api/generate, /api/embed and its listings.
#ifndef BANTO_PROXY_API_OLLAMA_OLLAMA_H_
#define BANTO_PROXY_API_OLLAMA_OLLAMA_H_

#include "proxy/api/dialect.h"

namespace banto::api::ollama {

extern const Dialect kDialect;

// A stream of lines. `by_template`: false parses each of them, for tests that compare.
std::unique_ptr<StreamReader> ReadLines(const RequestExpectations& expectations, bool by_template);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_OLLAMA_H_
