// Fewest in-flight requests per weight, then random by weight (never "the first": an idle fleet
// would send everything to it).
#include "proxy/upstream/lottery.h"
#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

class LeastRequests final : public Balancer {
 public:
  const char* name() const override { return "least_requests"; }

  Choice Pick(Candidates candidates, const PickRequest& request) override {
    Lottery lottery(request.random);
    const Candidate* best = nullptr;
    int64_t least_requests = 0, least_weight = 1;
    for (const Candidate& candidate : candidates) {
      const int64_t requests = candidate.state->in_flight(), weight = candidate.weight;
      const int64_t order =
          best == nullptr ? -1 : requests * least_weight - least_requests * weight;
      if (order > 0) continue;
      if (order < 0) lottery.Restart();
      if (!lottery.Enter(candidate.weight)) continue;
      best = &candidate;
      least_requests = requests;
      least_weight = weight;
    }
    return *best;
  }
};

}  // namespace

std::shared_ptr<Balancer> NewLeastRequests() { return std::make_shared<LeastRequests>(); }

}  // namespace banto::upstream
