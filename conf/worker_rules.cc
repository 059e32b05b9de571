#include "conf/worker_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "conf/new_file.h"
#include "proxy/base/ascii.h"
#include "proxy/base/percent.h"

namespace banto::conf {
namespace {

// In "no scheme in "gpu1:8000": write http://gpu1:8000" the advice reads best below the value.
Complaint FromError(std::string_view what, const std::string& error, bool may_quote) {
  if (!may_quote) return {"not a valid " + std::string(what), ""};
  const size_t advice = error.find(": write ");
  Complaint complaint{error.substr(0, advice), ""};
  if (advice != std::string::npos) complaint.hint = error.substr(advice + 2);
  return complaint;
}

// Hop-by-hop and framing fields belong to the proxy; a second opinion would allow request
// smuggling.
constexpr std::array<std::string_view, 9> kOwnHeaders = {
    "connection",        "content-length", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",        "expect"};

// Schemes of other things, and what was meant.
Complaint CheckScheme(std::string_view text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string scheme = base::Lowered(text.substr(0, colon));
  if (scheme == "unix") {
    return {"workers are reached over TCP: unix: is not supported",
            "give it a port and write http://127.0.0.1:8000"};
  }
  if (!text.substr(colon).starts_with("://") || scheme == "http" || scheme == "https") return {};
  // A WebSocket's address is that of an HTTP server.
  const char* meant = scheme == "wss" ? "https" : "http";
  return {"a worker's url begins with http:// or https://",
          "write " + std::string(meant) + ":// in its place"};
}

}  // namespace

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           kMarks.find(c) != std::string_view::npos;
  });
}

Complaint CheckWorkerUrl(std::string_view text, bool may_quote, net::Url* url) {
  std::string error;
  net::Url parsed;
  if (Complaint wrong = CheckScheme(text)) return wrong;
  if (!net::ParseUrl(text, &parsed, &error)) return FromError("url", error, may_quote);
  if (!parsed.user.empty() || !parsed.password.empty()) {
    return {"a worker's url must not contain a password",
            "use api_key, or an Authorization in headers"};
  }
  const std::string_view query = parsed.query;
  if (!query.empty() && (!query.starts_with("api-version=") || query.find('&') != query.npos)) {
    return {"a worker's url has no query, except Azure's api-version",
            "leave out what follows \"?\""};
  }
  *url = parsed;
  return {};
}

Complaint CheckRedisUrl(std::string_view text, net::Url* url) {
  static const std::string kHint = "write redis = \"redis://host:6379/0\"";
  std::string error;
  net::Url parsed;
  if (!net::ParseUrl(text, &parsed, &error)) {
    return {"not a valid Redis url", kHint};
  }
  const bool tcp = parsed.scheme == "redis" || parsed.scheme == "rediss";
  if (!tcp && parsed.scheme != "unix") {
    return {"a Redis url begins with redis://, rediss:// or unix:", kHint};
  }
  const std::string_view database =
      std::string_view(parsed.path).substr(parsed.path.empty() ? 0 : 1);
  const bool digits = database.find_first_not_of("0123456789") == std::string_view::npos;
  if (tcp && (!digits || database.size() > 4)) {
    return {"the path of a Redis url is the database's number", kHint};
  }
  *url = parsed;
  return {};
}

Complaint CheckListen(std::string_view text, bool may_quote, net::ListenAddress* listen) {
  std::string error;
  net::ListenAddress parsed;
  if (net::ParseListenAddress(text, &parsed, &error)) {
    *listen = parsed;
    const std::string why = parsed.unix_path.empty() ? "" : WhyNoSocket(parsed.unix_path);
    if (why.empty()) return {};
    return {"cannot listen there" + (may_quote ? ": " + why : ""),
            "name a path in a folder that exists"};
  }
  Complaint complaint = FromError("address", error, may_quote);
  if (complaint.hint.empty())
    complaint.hint = "write \"0.0.0.0:8080\", \":8080\" or \"unix:/run/x\"";
  return complaint;
}

Complaint CheckHostHeader(std::string_view text) {
  net::Url url;
  std::string error;
  const bool good = text.find_first_of("/?@") == std::string_view::npos &&
                    net::ParseUrl("http://" + std::string(text), &url, &error);
  if (good) return {};
  // nginx: proxy_set_header Host $host.
  const char* hint = text.starts_with('$')
                         ? "write \"client\" to forward the client's"
                         : "write \"name.example\", \"name.example:8000\" or \"client\"";
  return {"a Host is host or host:port", hint};
}

bool HasBadEscape(std::string_view path) {
  for (size_t at = path.find('%'); at != path.npos; at = path.find('%', at + 1)) {
    if (base::EscapeAt(path, at) < 0) return true;
  }
  return false;
}

bool IsModelName(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

Complaint CheckHeader(std::string_view name, std::string_view value) {
  if (!IsToken(name)) return {"not a valid header name", ""};
  const std::string lower = base::Lowered(name);
  if (lower == "host") return {"Host is set by another key", "use host_header"};
  if (std::find(kOwnHeaders.begin(), kOwnHeaders.end(), lower) != kOwnHeaders.end()) {
    return {"this header is set by the proxy itself", "leave it out"};
  }
  const bool clean = std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
  if (!clean) return {"a header's value is one line of text", ""};
  return {};
}

bool IsVisibleText(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '"' && c != '\\';
  });
}

}  // namespace banto::conf
