// Which web page may read an answer (Fetch standard §3.3): decided by [cors] origins or, if that is
// not set, by the rule of the group's engine. Pure.
#ifndef BANTO_PROXY_QUESTION_CORS_H_
#define BANTO_PROXY_QUESTION_CORS_H_

#include <string_view>

#include "conf/config.h"
#include "proxy/api/origin_rule.h"
#include "proxy/http/field_list.h"
#include "proxy/http/message.h"

namespace banto {

struct Cors {
  bool configured = false;        // by [cors] origins: the worker's own CORS fields are replaced
  bool refused = false;           // the engine would answer 403
  bool varies = false;            // the answer depends on Origin
  std::string_view allow_origin;  // "*", the request's own Origin, or empty
};

// The view points into `head`, or is `origin`; `host` is the address that the page requests.
Cors DecideCors(const conf::Cors& config, api::OriginRule rule, const http::RequestHead& head);
Cors DecideCors(const conf::Cors& config, api::OriginRule rule, std::string_view origin,
                std::string_view host);

// Whether an engine whose kind lets every page read judges pages itself after all (vLLM's
// --allowed-origins), by the fields of its answer to one: it said nothing to it, or something that
// varies by Origin, as starlette's CORSMiddleware does. llama.cpp names each page alike.
bool ShowsAList(const http::FieldList& answer);

// Whether [cors] origins contains this origin.
bool Lists(const conf::Cors& config, std::string_view origin);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_CORS_H_
