// The admin port: /metrics, /livez, /readyz, /api/v1/status and a small status page, served on the
// control plane's loop with data supplied by the Server. A small HTTP/1.1 server of its own (one
// request per connection at a time, bounded in size and time) that never blocks the proxy threads.
// Loop thread only.
#ifndef BANTO_PROXY_OPS_ADMIN_H_
#define BANTO_PROXY_OPS_ADMIN_H_

#include <functional>
#include <memory>
#include <string>

#include "conf/config.h"
#include "proxy/net/event_loop.h"

namespace banto::ops {

struct Readiness {
  bool ready = false;
  std::string why;  // "draining", "no worker is available: gpu1: connect: Connection refused"
};

struct AdminSource {
  std::function<std::string()> metrics;
  std::function<Readiness()> readiness;
  std::function<std::string()>
      status_json;  // GET /api/v1/status: workers, models, cache; feeds the page
};

class Admin {
 public:
  // Returns nullptr with `error` set if it cannot listen on the address.
  static std::unique_ptr<Admin> Create(net::EventLoop* loop, const conf::Admin& settings,
                                       AdminSource source, std::string* error);
  virtual ~Admin() = default;
  virtual uint16_t port() const = 0;
  // Takes effect immediately; empty: no token is required.
  virtual void SetToken(const std::string& token) = 0;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_ADMIN_H_
