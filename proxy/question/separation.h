// Who may share an answer, according to the configuration and the caller's header lines.
#ifndef BANTO_PROXY_QUESTION_SEPARATION_H_
#define BANTO_PROXY_QUESTION_SEPARATION_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "proxy/http/separating_fields.h"

namespace banto {

// For a model's API, or for an app behind a route, which may depend on more.
http::SeparationRule RuleForApi(const conf::Config& config, bool peer_trusted);
http::SeparationRule RuleForRoute(const conf::Config& config, bool peer_trusted);

// The lines as one text, from which each can be parsed again. `host`: includes the Host that a
// worker receives, if it is the client's; nullptr: it is not.
std::string CallerText(const http::SeparatingFields& fields, const std::string_view* host);

// The caller's key as such lines, in the place of the fields that held its secret: its name, unless
// credentials do not count, and always what it permits. Empty for nullptr.
std::string KeyText(const conf::Config& config, const conf::AccessKey* key);

// Calls f(name, value) for each line of such a text.
template <class F>
void ForEachCallerLine(std::string_view text, F f) {
  while (!text.empty()) {
    const size_t name_size = text.find(':');
    const std::string_view name = text.substr(0, name_size);
    text.remove_prefix(name_size + 1);
    size_t value_size = 0;
    while (text.front() != ':') {
      value_size = value_size * 10 + static_cast<size_t>(text.front() - '0');
      text.remove_prefix(1);
    }
    f(name, text.substr(1, value_size));
    text.remove_prefix(value_size + 2);
  }
}

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_SEPARATION_H_
