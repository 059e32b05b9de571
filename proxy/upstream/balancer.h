// Chooses one of several eligible candidates. One policy per file; each is pure except for its own
// cursor or random state. Any thread.
#ifndef BANTO_PROXY_UPSTREAM_BALANCER_H_
#define BANTO_PROXY_UPSTREAM_BALANCER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "conf/config.h"
#include "proxy/upstream/demand.h"
#include "proxy/upstream/pick_reason.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

struct WorkerGroup;

struct PickRequest {
  const WorkerGroup& group;
  const Demand* demand = nullptr;  // nullptr: nothing is known
  int64_t now_ms = 0;
  uint64_t random = 0;  // random bits to break ties
};

struct Choice {
  Choice(const WorkerPtr* chosen) : worker(chosen) {}  // NOLINT: a candidate is a choice
  const WorkerPtr* worker;
  PickReason reason;
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  // `candidates` is not empty. Returns one of its elements.
  virtual Choice Pick(std::span<const WorkerPtr* const> candidates, const PickRequest& request) = 0;
  // As spelt in the configuration: "least_loaded".
  virtual const char* name() const = 0;
  // Whether it makes use of a Demand's text.
  virtual bool reads_prompts() const { return false; }
  static std::shared_ptr<Balancer> Create(conf::Policy policy);
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_BALANCER_H_
