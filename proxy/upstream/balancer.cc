#include "proxy/upstream/balancer.h"

#include "proxy/upstream/policies.h"

namespace banto::upstream {

std::shared_ptr<Balancer> Balancer::Create(conf::Policy policy) {
#define BANTO_POLICY(name, text) \
  case conf::Policy::k##name:    \
    return New##name();
  switch (policy) { BANTO_POLICIES(BANTO_POLICY) }
#undef BANTO_POLICY
  return NewLeastLoaded();
}

}  // namespace banto::upstream
