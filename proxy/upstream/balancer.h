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

// A worker that may be chosen, with what policies read of it: a look at its settings would be one
// at another place in memory.
struct Candidate {
  const WorkerPtr* worker;
  const WorkerState* state;
  int weight;
};
using Candidates = std::span<const Candidate>;

struct Choice {
  Choice(const Candidate& chosen) : worker(chosen.worker) {}  // NOLINT: a candidate is a choice
  const WorkerPtr* worker;
  PickReason reason;
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  // `candidates` is not empty. Returns one of its elements.
  virtual Choice Pick(Candidates candidates, const PickRequest& request) = 0;
  // As spelt in the configuration: "least_loaded".
  virtual const char* name() const = 0;
  // Whether it makes use of a Demand's text.
  virtual bool reads_prompts() const { return false; }
  static std::shared_ptr<Balancer> Create(conf::Policy policy);
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_BALANCER_H_
