// One small HTTP GET (or POST) on a loop, for probes, detection and engine metrics: resolves,
// connects, sends and reads a bounded body within one deadline. Connections are never reused: a
// probe must see what a new client sees. Destroying it cancels it. Loop thread only.
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
  net::Url url;  // scheme, host and port; its path is not used
  std::string path = "/";
  std::string host_header;  // empty: the url's authority
  std::vector<std::pair<std::string, std::string>> headers;
  int64_t timeout_ms = 5000;
  size_t body_bytes_max = 1u << 20;
  bool connect_only = false;  // send nothing: only check that something is listening
};

struct HttpGetResult {
  int status = 0;             // 0: no answer (or connect_only); see `error`
  std::string error;          // "connect: Connection refused", "timeout after 5000 ms", …
  bool refused = false;       // nothing is listening (as with a loading vLLM)
  bool own_shortage = false;  // we lacked a descriptor, memory or a port: nothing was sent
  std::string content_type, server;
  std::string ngrok_error;  // `ngrok-error-code` of a tunnel whose far end is offline
  std::string body;
  bool whole = false;  // the body ended in time and within body_bytes_max
};

class HttpGet {
 public:
  // Calls `done` later, never from within this constructor, exactly once unless destroyed first.
  // `done` may destroy the object.
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
