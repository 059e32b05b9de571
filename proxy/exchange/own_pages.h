// Which requests are for an API of ours and not for an application, and what we answer ourselves:
// listings of models, Ollama's small pages, browsers' preflights. Pure.
#ifndef BANTO_PROXY_EXCHANGE_OWN_PAGES_H_
#define BANTO_PROXY_EXCHANGE_OWN_PAGES_H_

#include <string_view>

#include "proxy/exchange/identify.h"
#include "proxy/question/question.h"

namespace banto {

// Whether the request is for an API that we read; else it is somebody's app. A route of the config
// names its path and wins.
bool AsksAnApi(const Question& question);

// The method that a browser asks about beforehand; empty: this is no preflight.
std::string_view PreflightFor(const http::RequestHead& head);

// An application's preflight is its own (it alone knows its methods and cookies), unless [cors]
// says who may read.
bool AnswersPreflight(const Question& question);

// The listing that was asked for, or why there is none.
Identified AnswerListing(const Question& question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_OWN_PAGES_H_
