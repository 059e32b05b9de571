// Chooses one of several eligible candidates. One policy per file; each is pure except for its own
// cursor or random state. Any thread.
#ifndef BANTO_PROXY_UPSTREAM_BALANCER_H_
#define BANTO_PROXY_UPSTREAM_BALANCER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "conf/config.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

struct PickRequest {
  int64_t prompt_bytes = 0;  // of this request
  uint64_t random = 0;       // random bits to break ties
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  // `candidates` is not empty. Returns one of its elements.
  virtual const WorkerPtr& Pick(std::span<const WorkerPtr* const> candidates,
                                const PickRequest& request) = 0;
  // As spelt in the configuration: "least_loaded".
  virtual const char* name() const = 0;
  static std::shared_ptr<Balancer> Create(conf::Policy policy);
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_BALANCER_H_
