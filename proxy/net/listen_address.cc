#include <string>
#include <string_view>
#include <utility>

#include "proxy/net/address.h"
#include "proxy/net/host_port.h"
#include "proxy/net/url.h"

namespace banto::net {
namespace {

bool Fail(std::string* error, std::string text) {
  *error = std::move(text);
  return false;
}

}  // namespace

bool ParseListenAddress(std::string_view text, ListenAddress* out, std::string* error) {
  *out = ListenAddress();
  const std::string shown = "\"" + std::string(text) + "\"";
  if (text.substr(0, 5) == "unix:") {
    Url url;
    if (!ParseUrl(text, &url, error)) return false;
    if (!url.query.empty()) return Fail(error, "a query has no meaning in " + shown);
    out->unix_path = url.path;
    return true;
  }
  if (const size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    const std::string_view rest = text.substr(scheme + 3);
    return Fail(error, "no scheme belongs in listen address " + shown + ": write " +
                           std::string(rest.substr(0, rest.find('/'))));
  }
  HostPort parts;
  if (text.find(':') == std::string_view::npos) {
    parts.port = text;
  } else if (!SplitHostPort(text, &parts)) {
    return Fail(error, "bad listen address " + shown + ": write 0.0.0.0:8080, [::]:8080 or :8080");
  }
  if (parts.port.empty() || !ParsePort(parts.port, &out->port)) {
    return Fail(error, "bad port \"" + std::string(parts.port) +
                           "\" (0 to 65535) in listen address " + shown);
  }
  if (parts.bracketed && parts.host.empty()) return Fail(error, "no address in " + shown);
  if (parts.host.empty() || parts.host == "*") return true;
  const auto ip = Address::FromIp(parts.host, 0);
  if (ip && ip->family() == AF_INET6 && !parts.bracketed) {
    return Fail(error, "IPv6 goes in brackets in listen address " + shown + ": write [" +
                           std::string(parts.host) + "]:" + std::string(parts.port));
  }
  if (!ip || (ip->family() == AF_INET6) != parts.bracketed) {
    return Fail(error, "\"" + std::string(parts.host) + "\" in listen address " + shown +
                           " is not an IP address (IPv6 goes in brackets): write 127.0.0.1:" +
                           std::string(parts.port));
  }
  out->ip = ip->Ip();
  return true;
}

}  // namespace banto::net
