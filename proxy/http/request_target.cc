#include "proxy/http/request_target.h"

#include <algorithm>
#include <cstring>

#include "proxy/http/char_class.h"
#include "proxy/http/field_names.h"
#include "proxy/http/text_scan.h"

namespace banto::http {
namespace {

bool IsPort(std::string_view text) {
  if (text.size() > 5) return false;
  unsigned port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535;
}

bool IsBracketed(std::string_view inside) {
  if (inside.find(':') == std::string_view::npos) return false;
  for (const char c : inside) {
    if (!Is(c, kHexChar) && c != ':' && c != '.') return false;
  }
  return true;
}

size_t SchemeSize(std::string_view target) {
  if (StartsWithNoCase(target, "http://")) return 7;
  if (StartsWithNoCase(target, "https://")) return 8;
  return 0;
}

const char* ReadAbsolute(std::string_view method, std::string_view target, size_t at,
                         TargetParts* parts) {
  const size_t host_at = SchemeSize(target);
  if (host_at == 0) return "target is not a path";
  const size_t path_at = std::min(target.find_first_of("/?", host_at), target.size());
  if (!IsAuthority(target.substr(host_at, path_at - host_at))) return "malformed target authority";
  parts->authority = {at + host_at, path_at - host_at};
  parts->target = {at + path_at, target.size() - path_at};
  if (path_at == target.size()) {
    // The slash of the scheme doubles as the path.
    parts->target = {at + host_at - 1, 1};
    if (method == "OPTIONS") parts->fill = TargetParts::Fill::kAsterisk;
  } else if (target[path_at] == '?') {
    parts->fill = TargetParts::Fill::kSlash;
  }
  return nullptr;
}

}  // namespace

bool IsAuthority(std::string_view text) {
  size_t host_size = 0;
  if (!text.empty() && text[0] == '[') {
    const size_t closing = text.find(']');
    if (closing == std::string_view::npos || !IsBracketed(text.substr(1, closing - 1)))
      return false;
    host_size = closing + 1;
  } else {
    while (host_size < text.size() && Is(text[host_size], kHostChar)) ++host_size;
  }
  if (host_size == 0) return false;
  if (host_size == text.size()) return true;
  return text[host_size] == ':' && IsPort(text.substr(host_size + 1));
}

const char* ReadTarget(std::string_view method, std::string_view target, size_t at,
                       TargetParts* parts) {
  *parts = {};
  if (target.empty()) return "empty target";
  if (!IsTargetText(target)) return "forbidden character in the target";
  if (target[0] == '/') {
    parts->target = {at, target.size()};
    return nullptr;
  }
  if (target == "*") {
    if (method != "OPTIONS") return "target '*' with a method other than OPTIONS";
    parts->target = {at, 1};
    return nullptr;
  }
  return ReadAbsolute(method, target, at, parts);
}

void FillTarget(std::string* bytes, TargetParts* parts) {
  if (parts->fill == TargetParts::Fill::kAsterisk) {
    (*bytes)[parts->target.at] = '*';
  } else if (parts->fill == TargetParts::Fill::kSlash) {
    char* authority = bytes->data() + parts->authority.at;
    std::memmove(authority - 1, authority, parts->authority.size);
    --parts->authority.at;
    --parts->target.at;
    ++parts->target.size;
    (*bytes)[parts->target.at] = '/';
  }
  parts->fill = TargetParts::Fill::kNothing;
}

}  // namespace banto::http
