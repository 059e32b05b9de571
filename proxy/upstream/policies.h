// One factory per balancing policy; each class is private to its own .cc file.
#ifndef BANTO_PROXY_UPSTREAM_POLICIES_H_
#define BANTO_PROXY_UPSTREAM_POLICIES_H_

#include <algorithm>
#include <memory>

#include "proxy/upstream/balancer.h"

namespace banto::upstream {

std::shared_ptr<Balancer> NewLeastLoaded();    // least_loaded.cc
std::shared_ptr<Balancer> NewLeastRequests();  // least_requests.cc
std::shared_ptr<Balancer> NewRoundRobin();     // round_robin.cc
std::shared_ptr<Balancer> NewRandom();         // random.cc

inline int Weight(const WorkerPtr& worker) { return std::max(1, worker->settings.weight); }

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_POLICIES_H_
