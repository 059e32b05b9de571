// A URL of the kinds that banto is configured with: http, https, redis, rediss, unix. Pure.
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
  uint16_t port = 0;           // the scheme's default when absent
  std::string path;            // with its '/'; "" when absent; the socket's path for unix
  std::string query;           // without '?'
  bool tls() const { return scheme == "https" || scheme == "rediss"; }
  // "host" or "host:port" (the port left out where it is the default), IPv6 in brackets: what Host
  // carries.
  std::string Authority() const;
  bool operator==(const Url& other) const = default;
};

// A url as an error may show it: user, password, query and fragment are "***", for any of them may
// be a key (Gemini's "?key=").
std::string ShownUrl(std::string_view text);

// Parses `text`; on failure returns false and says in `error` what is wrong ("no scheme; did you
// mean http://gpu1:8000?").
bool ParseUrl(std::string_view text, Url* url, std::string* error);

// "0.0.0.0:8080", "[::]:8080", ":8080", "8080", "unix:/run/banto.sock" for listen keys; false with
// `error`.
struct ListenAddress {
  std::string ip;     // empty: any IPv4 and IPv6
  uint16_t port = 0;  // 0 is allowed: the kernel chooses
  std::string unix_path;
};
bool ParseListenAddress(std::string_view text, ListenAddress* out, std::string* error);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_URL_H_
