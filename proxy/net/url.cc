#include "proxy/net/url.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/base/percent.h"
#include "proxy/net/address.h"
#include "proxy/net/host_port.h"

namespace banto::net {
namespace {

struct Scheme {
  std::string_view name;
  uint16_t port;
};
constexpr std::array<Scheme, 5> kSchemes = {
    {{"http", 80}, {"https", 443}, {"redis", 6379}, {"rediss", 6379}, {"unix", 0}}};

const Scheme* FindScheme(std::string_view name) {
  const auto* found = std::find_if(kSchemes.begin(), kSchemes.end(),
                                   [&](const Scheme& scheme) { return scheme.name == name; });
  return found == kSchemes.end() ? nullptr : found;
}

// For error messages: a password must not end up in a log.
std::string Quoted(std::string_view text) { return "\"" + ShownUrl(text) + "\""; }

bool Fail(std::string* error, std::string text) {
  *error = std::move(text);
  return false;
}

// False if a '%' does not begin an escape.
bool DecodeStrictly(std::string_view text, std::string* out) {
  for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (base::EscapeAt(text, at) < 0) return false;
  }
  *out = base::PercentDecode(text);
  return true;
}

// RFC 3986 §3.2.2, narrowed to names that DNS and /etc/hosts know; '_' because Docker Compose
// allows it.
bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return base::IsAlnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool ParseUserInfo(std::string_view text, Url* url) {
  const size_t colon = text.find(':');
  if (!DecodeStrictly(text.substr(0, colon), &url->user)) return false;
  return colon == std::string_view::npos || DecodeStrictly(text.substr(colon + 1), &url->password);
}

bool ParseAuthority(std::string_view authority, const std::string& shown, Url* url,
                    std::string* error) {
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (!ParseUserInfo(authority.substr(0, at), url)) {
      return Fail(error, "bad %-escape in the user or password of " + shown);
    }
    authority.remove_prefix(at + 1);
  }
  HostPort parts;
  if (!SplitHostPort(authority, &parts)) return Fail(error, "bad host or port in " + shown);
  const auto [host, port, bracketed] = parts;
  url->host = base::Lowered(host);
  if (host.empty()) return Fail(error, "no host in " + shown);
  const auto ip = Address::FromIp(host, 0);
  const bool v6 = ip && ip->family() == AF_INET6;
  if (!bracketed && host.find(':') != std::string_view::npos) {
    return Fail(error, "IPv6 addresses are written in brackets, [::1], in " + shown);
  }
  if (bracketed ? !v6 : !IsHostName(host)) return Fail(error, "bad host name in " + shown);
  if (!port.empty() && (!ParsePort(port, &url->port) || url->port == 0)) {
    return Fail(error, "bad port \"" + std::string(port) + "\" (1 to 65535) in " + shown);
  }
  return true;
}

// "unix:/run/x.sock", "unix:///run/x.sock", both with an optional query.
bool ParseUnix(std::string_view rest, const std::string& shown, Url* url, std::string* error) {
  if (rest.substr(0, 2) == "//") rest.remove_prefix(2);
  const size_t question = rest.find('?');
  url->path = rest.substr(0, question);
  if (question != std::string_view::npos) url->query = rest.substr(question + 1);
  if (url->path.empty() || url->path.front() != '/') {
    return Fail(error, "the path in " + shown + " is not absolute: write unix:/run/x.sock");
  }
  if (!Address::FromUnixPath(url->path)) {
    return Fail(error, "the path in " + shown + " is too long for a socket (107 bytes)");
  }
  return true;
}

// What the user most likely meant, for an error message; without the text if it may contain a
// password.
std::string Suggestion(std::string_view scheme, std::string_view rest) {
  const bool secret = rest.find('@') != std::string_view::npos;
  rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  rest = rest.substr(0, rest.find_first_of("?#"));
  return "write " + std::string(scheme) + "://" + (secret ? "..." : std::string(rest));
}

// Sets `rest` to what follows "scheme://" ("unix:").
bool SplitScheme(std::string_view text, const std::string& shown, Url* url, std::string_view* rest,
                 std::string* error) {
  const size_t colon = text.find(':');
  const bool has_colon = colon != std::string_view::npos;
  url->scheme = has_colon ? base::Lowered(text.substr(0, colon)) : "";
  *rest = has_colon ? text.substr(colon + 1) : std::string_view();
  if (url->scheme == "unix") return true;
  const bool known = FindScheme(url->scheme) != nullptr;
  if (rest->substr(0, 2) != "//") {
    if (known) {
      return Fail(error, shown + " lacks the two slashes: " + Suggestion(url->scheme, *rest));
    }
    return Fail(error, "no scheme in " + shown + ": " + Suggestion("http", text));
  }
  if (!known) {
    return Fail(error, "unknown scheme \"" + url->scheme + "\" in " + shown +
                           " (known: http, https, redis, rediss, unix)");
  }
  rest->remove_prefix(2);
  return true;
}

}  // namespace

std::string ShownUrl(std::string_view text) {
  const size_t at = text.rfind('@');
  const size_t tail = text.find_first_of("?#");
  std::string shown;
  if (at != std::string_view::npos) {
    const size_t slashes = text.find("://");
    const size_t from = slashes == std::string_view::npos || slashes > at ? 0 : slashes + 3;
    shown = std::string(text.substr(0, from)) + "***";
    // A password may contain '?', and a query '@': they cannot be distinguished.
    if (tail < at) return shown;
  }
  const std::string_view plain = text.substr(0, tail == std::string_view::npos ? tail : tail + 1);
  shown += plain.substr(at == std::string_view::npos ? 0 : at);
  return tail == std::string_view::npos ? shown : shown + "***";
}

bool ParseUrl(std::string_view text, Url* url, std::string* error) {
  *url = Url();
  if (text.empty()) return Fail(error, "the URL is empty");
  const std::string shown = Quoted(text);
  for (const char c : text) {
    if (c <= ' ' || c == 0x7f) return Fail(error, "space or control character in " + shown);
  }
  if (text.find('#') != std::string_view::npos) {
    return Fail(error, "a fragment (#...) has no meaning in " + shown);
  }
  std::string_view rest;
  if (!SplitScheme(text, shown, url, &rest, error)) return false;
  if (url->scheme == "unix") return ParseUnix(rest, shown, url, error);
  url->port = FindScheme(url->scheme)->port;
  const size_t end = std::min(rest.find_first_of("/?"), rest.size());
  if (!ParseAuthority(rest.substr(0, end), shown, url, error)) return false;
  rest.remove_prefix(end);
  const size_t question = std::min(rest.find('?'), rest.size());
  url->path = rest.substr(0, question);
  if (question < rest.size()) url->query = rest.substr(question + 1);
  return true;
}

std::string Url::Authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const Scheme* known = FindScheme(scheme);
  const bool is_default = known != nullptr && known->port == port;
  return is_default ? shown : shown + ":" + std::to_string(port);
}

}  // namespace banto::net
