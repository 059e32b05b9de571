#include "proxy/http/query_argument.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace banto::http {
namespace {

// Whether all servers read the text alike. A remaining '%' invites a second decoding, brackets are
// PHP's arrays, NUL ends a C string, and non-ASCII depends on a charset.
bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return base::IsAlnum(c) || c == '_' || c == '-' || c == '.' || c == '~';
  });
}

// ASP.NET ignores case; PHP turns '.' into '_', and WSGI servers '-'.
char Folded(char c) { return c == '.' || c == '-' ? '_' : base::ToLower(c); }

}  // namespace

ArgumentMatch MatchArgument(std::string_view decoded_name, std::string_view name) {
  if (decoded_name == name) return ArgumentMatch::kExact;
  if (!IsPlain(decoded_name)) return ArgumentMatch::kPerhaps;
  // PHP's ids[] and f[name] are the variables ids and f.
  name = name.substr(0, name.find('['));
  const bool same = std::equal(decoded_name.begin(), decoded_name.end(), name.begin(), name.end(),
                               [](char a, char b) { return Folded(a) == Folded(b); });
  return same ? ArgumentMatch::kPerhaps : ArgumentMatch::kNo;
}

}  // namespace banto::http
