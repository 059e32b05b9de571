// One factory per row of conf/policy.h, NewRandom() in random.cc …; each class is private to its
// own .cc file.
#ifndef BANTO_PROXY_UPSTREAM_POLICIES_H_
#define BANTO_PROXY_UPSTREAM_POLICIES_H_

#include <memory>

#include "proxy/upstream/balancer.h"

namespace banto::upstream {

#define BANTO_POLICY(name, text) std::shared_ptr<Balancer> New##name();
BANTO_POLICIES(BANTO_POLICY)
#undef BANTO_POLICY

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_POLICIES_H_
