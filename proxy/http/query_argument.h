// One argument of a query as an app behind us may read it. Servers do not agree on queries: most
// decode names, some do not mind their case, PHP and Rack give brackets a meaning, and a name that
// is repeated may count first, last or joined. So what decides about `name` is every argument that
// some reader could take for it. Pure; views into the query.
#ifndef BANTO_PROXY_HTTP_QUERY_ARGUMENT_H_
#define BANTO_PROXY_HTTP_QUERY_ARGUMENT_H_

#include <string>
#include <string_view>

#include "proxy/base/percent.h"

namespace banto::http {

enum class ArgumentMatch : uint8_t {
  kNo,       // another argument to every reader
  kExact,    // its decoded name is this one
  kPerhaps,  // to some: another case, other punctuation, or a name that readers decode differently
};
ArgumentMatch MatchArgument(std::string_view decoded_name, std::string_view name);

// Whether all readers cut the query at the same places: some take ';' for '&', and none should see
// a fragment.
inline bool IsCutAlike(std::string_view query) { return query.find_first_of(";#") == query.npos; }

// Calls found(name, value as spelt, whether there was a '=') with each argument that may be read as
// `name`, in their order; an exact one has the name itself, another its own as spelt.
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
