#include "proxy/upstream/balancer.h"

#include "proxy/upstream/policies.h"

namespace banto::upstream {

std::shared_ptr<Balancer> Balancer::Create(conf::Policy policy) {
  switch (policy) {
    case conf::Policy::kLeastLoaded:
      return NewLeastLoaded();
    case conf::Policy::kLeastRequests:
      return NewLeastRequests();
    case conf::Policy::kRoundRobin:
      return NewRoundRobin();
    case conf::Policy::kRandom:
      return NewRandom();
  }
  return NewLeastLoaded();
}

}  // namespace banto::upstream
