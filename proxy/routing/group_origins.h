// Which web pages may read a group's answers, as its engines would have it. Pure.
#ifndef BANTO_PROXY_ROUTING_GROUP_ORIGINS_H_
#define BANTO_PROXY_ROUTING_GROUP_ORIGINS_H_

#include <vector>

#include "proxy/api/origin_rule.h"
#include "proxy/upstream/worker.h"

namespace banto {

api::OriginRule StrictestOf(const std::vector<upstream::WorkerPtr>& workers);

// The rule for preflights, which name no model.
api::OriginRule BeforeRouting(const std::vector<upstream::WorkerPtr>& engines);

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_GROUP_ORIGINS_H_
