// Finds an argument of a query as the app behind us may read it. Servers disagree on queries: most
// decode names, some ignore case, PHP and Rack interpret brackets, and of a repeated name the
// first, the last or all may count. So every argument that some server could take for `name` must
// be considered. Pure; views into the query.
#ifndef BANTO_PROXY_HTTP_QUERY_ARGUMENT_H_
#define BANTO_PROXY_HTTP_QUERY_ARGUMENT_H_

#include <string>
#include <string_view>

#include "proxy/base/percent.h"

namespace banto::http {

enum class ArgumentMatch : uint8_t {
  kNo,       // a different argument to every server
  kExact,    // its decoded name is exactly this one
  kPerhaps,  // to some servers: other case or punctuation, or a name that they decode differently
};
ArgumentMatch MatchArgument(std::string_view decoded_name, std::string_view name);

// Whether all servers split the query at the same places: some treat ';' like '&', and a fragment
// should not be there.
inline bool IsCutAlike(std::string_view query) { return query.find_first_of(";#") == query.npos; }

// Calls found(name, value as written, whether there was a '=') for each argument that may be read
// as `name`, in order; an exact match gets `name` itself, others their own name as written.
template <class F>
void ForEachArgument(std::string_view query, std::string_view name, F found) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == query.npos ? std::string_view() : query.substr(end + 1);
    const size_t equals = pair.find('=');
    const std::string_view spelt = pair.substr(0, equals);
    const ArgumentMatch match = MatchArgument(base::DecodeQueryText(spelt), name);
    if (pair.empty() || match == ArgumentMatch::kNo) continue;
    const bool has_value = equals != pair.npos;
    found(match == ArgumentMatch::kExact ? name : spelt,
          has_value ? pair.substr(equals + 1) : std::string_view(), has_value);
  }
}

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_QUERY_ARGUMENT_H_
