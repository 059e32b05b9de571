// Which requests are for an API rather than an application, and what we answer ourselves: listings
// of models, Ollama's small pages, browsers' preflights. Pure.
#ifndef BANTO_PROXY_EXCHANGE_OWN_PAGES_H_
#define BANTO_PROXY_EXCHANGE_OWN_PAGES_H_

#include <string_view>

#include "proxy/exchange/identify.h"
#include "proxy/question/question.h"

namespace banto {

// Whether the request is for an API that we know; otherwise it is for an app. A configured route
// for its path takes precedence.
bool AsksAnApi(const Question& question);

// The method that a preflight announces; empty: this is not a preflight.
std::string_view PreflightFor(const http::RequestHead& head);

// An application answers its own preflights (it alone knows its methods and cookies), unless [cors]
// decides who may read.
bool AnswersPreflight(const Question& question);

// The requested listing, or why there is none.
Identified AnswerListing(const Question& question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_OWN_PAGES_H_
