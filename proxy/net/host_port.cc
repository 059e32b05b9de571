#include "proxy/net/host_port.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace banto::net {

bool SplitHostPort(std::string_view text, HostPort* out) {
  *out = HostPort();
  out->bracketed = !text.empty() && text.front() == '[';
  if (!out->bracketed) {
    const size_t colon = text.rfind(':');
    out->host = text.substr(0, colon);
    if (colon == std::string_view::npos) return true;
    out->port = text.substr(colon + 1);
    return !out->port.empty();
  }
  const size_t close = text.find(']');
  if (close == std::string_view::npos) return false;
  out->host = text.substr(1, close - 1);
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return true;
  out->port = rest.substr(1);
  return rest.front() == ':' && !out->port.empty();
}

bool ParsePort(std::string_view text, uint16_t* port) {
  const char* end = text.data() + text.size();
  // For unsigned types from_chars accepts neither '-' nor '+'.
  const auto [stop, code] = std::from_chars(text.data(), end, *port);
  return code == std::errc() && stop == end;
}

}  // namespace banto::net
