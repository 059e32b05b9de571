// URLs of the kinds that the config accepts: http, https, redis, rediss, unix. Pure.
#ifndef BANTO_PROXY_NET_URL_H_
#define BANTO_PROXY_NET_URL_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::net {

struct Url {
  std::string scheme;          // lower case
  std::string user, password;  // percent-decoded
  std::string host;            // lower case, IPv6 without brackets; empty for unix
  uint16_t port = 0;           // the scheme's default if absent
  std::string path;            // with its '/'; "" if absent; the socket's path for unix
  std::string query;           // without the '?'
  bool tls() const { return scheme == "https" || scheme == "rediss"; }
  // "host" or "host:port" (without a default port), IPv6 in brackets: the value of Host.
  std::string Authority() const;
  bool operator==(const Url& other) const = default;
};

// A URL that may be shown in errors: user, password, query and fragment become "***", since each
// may be a secret (Gemini's "?key=").
std::string ShownUrl(std::string_view text);

// On failure returns false with the reason in `error` ("no scheme; did you mean
// http://gpu1:8000?").
bool ParseUrl(std::string_view text, Url* url, std::string* error);

// "0.0.0.0:8080", "[::]:8080", ":8080", "8080" or "unix:/run/banto.sock", for listen keys; returns
// false with `error` set.
struct ListenAddress {
  std::string ip;     // empty: any IPv4 and IPv6 address
  uint16_t port = 0;  // 0: the kernel chooses
  std::string unix_path;
};
bool ParseListenAddress(std::string_view text, ListenAddress* out, std::string* error);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_URL_H_
