// CheckCors: [cors].
#include <algorithm>
#include <cctype>
#include <string_view>

#include "conf/sections.h"

namespace banto::conf {
namespace {

// Converts `origin` to the form that browsers send (RFC 6454 §6.2): lower case, without the
// scheme's default port. "*" is kept. False: not an origin, so no browser would ever send it.
bool NormaliseOrigin(std::string* origin) {
  if (*origin == "*") return true;
  for (char& c : *origin) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const size_t scheme_end = origin->find("://");
  if (scheme_end == std::string::npos || scheme_end == 0) return false;
  const std::string_view scheme = std::string_view(*origin).substr(0, scheme_end);
  const std::string_view rest = std::string_view(*origin).substr(scheme_end + 3);
  const bool good_scheme = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.';
  });
  const bool good_rest = !rest.empty() && std::all_of(rest.begin(), rest.end(), [](char c) {
    return std::string_view("/?#@\\\"*,").find(c) == std::string_view::npos && c > ' ' && c < 0x7F;
  });
  if (!good_scheme || !good_rest) return false;
  for (const auto& [with, port] : {std::pair{"http", ":80"}, std::pair{"https", ":443"}}) {
    if (scheme == with && origin->ends_with(port)) origin->resize(origin->rfind(':'));
  }
  return true;
}

}  // namespace

void CheckCors(const SectionReader& reader, Config* config) {
  for (std::string& origin : config->cors.origins) {
    const std::string written = origin;
    if (NormaliseOrigin(&origin)) continue;
    const std::string shown = reader.MayQuote("origins") ? ": \"" + written + "\"" : "";
    reader.Error("origins", "not an origin" + shown,
                 "write \"https://ui.example\" (scheme, host, perhaps a port) or \"*\"");
  }
}

}  // namespace banto::conf
