// OpenAI's chat completions, completions, embeddings and model lists, and its Responses API, whose
// events, errors and ends are another language.
#ifndef BANTO_PROXY_API_OPENAI_OPENAI_H_
#define BANTO_PROXY_API_OPENAI_OPENAI_H_

#include "proxy/api/dialect.h"

namespace banto::api::openai {

extern const Dialect kDialect;
extern const Dialect kResponses;

// A stream of chat or completion chunks. `by_template`: false parses each of them, for tests that
// compare.
std::unique_ptr<StreamReader> ReadChunks(const RequestExpectations& expectations, bool by_template);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_OPENAI_H_
