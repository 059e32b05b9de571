// One small HTTP GET (or POST) on a loop, for probes, detection and engine metrics: resolve,
// connect, send, read a bounded body, within one deadline. Never reused connections: a probe must
// see what a new client sees. Destroying it cancels. Loop thread only.
#ifndef BANTO_HEALTH_HTTP_GET_H_
#define BANTO_HEALTH_HTTP_GET_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/net/tls_context.h"
#include "proxy/net/url.h"

namespace banto::health {

struct HttpGetRequest {
  net::Url url;  // scheme, host, port; its path is not used
  std::string path = "/";
  std::string host_header;  // empty: the url's authority
  std::vector<std::pair<std::string, std::string>> headers;
  int64_t timeout_ms = 5000;
  size_t body_bytes_max = 1u << 20;
  bool connect_only = false;  // send nothing: whether someone listens is all that is asked
};

struct HttpGetResult {
  int status = 0;             // 0: no answer (or connect_only); error says why
  std::string error;          // "connect: Connection refused", "timeout after 5000 ms", …
  bool refused = false;       // nobody listens (a loading vLLM looks like that)
  bool own_shortage = false;  // we lacked a descriptor, memory or a port: nothing was asked
  std::string content_type, server;
  std::string ngrok_error;  // `ngrok-error-code` of a tunnel whose other end is not there
  std::string body;
  bool whole = false;  // the body came to its end in time and below body_bytes_max
};

class HttpGet {
 public:
  // `done` comes later, never from within this constructor, exactly once unless destroyed first.
  // From `done` the object may be destroyed.
  HttpGet(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
          HttpGetRequest request, std::function<void(const HttpGetResult&)> done);
  ~HttpGet();

 private:
  class Run;
  std::unique_ptr<Run> run_;
  net::EventLoop* loop_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_HTTP_GET_H_
