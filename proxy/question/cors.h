// Which page of a browser may read an answer (Fetch standard §3.3): [cors] origins says so for
// everything; where it is not set, what the group's engine would say. Pure.
#ifndef BANTO_PROXY_QUESTION_CORS_H_
#define BANTO_PROXY_QUESTION_CORS_H_

#include <string_view>

#include "conf/config.h"
#include "proxy/api/origin_rule.h"
#include "proxy/http/field_list.h"
#include "proxy/http/message.h"

namespace banto {

struct Cors {
  bool configured = false;        // by [cors] origins: what a worker says of it is replaced
  bool refused = false;           // the engine would answer 403
  bool varies = false;            // another Origin would be told something else
  std::string_view allow_origin;  // "*", the request's own Origin, or nobody
};

// The view is of `head`, or is `origin`; `host` is what the page asks.
Cors DecideCors(const conf::Cors& config, api::OriginRule rule, const http::RequestHead& head);
Cors DecideCors(const conf::Cors& config, api::OriginRule rule, std::string_view origin,
                std::string_view host);

// Whether an engine whose kind lets every page read judges pages itself after all (vLLM's
// --allowed-origins), by the fields of its answer to one: it said nothing to it, or something that
// varies by Origin, as starlette's CORSMiddleware does. llama.cpp names each page alike.
bool ShowsAList(const http::FieldList& answer);

// Whether [cors] origins names this origin.
bool Lists(const conf::Cors& config, std::string_view origin);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CORS_H_
