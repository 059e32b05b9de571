// Random, by weight.
#include "proxy/upstream/lottery.h"
#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

class Random final : public Balancer {
 public:
  const char* name() const override { return "random"; }

  Choice Pick(Candidates candidates, const PickRequest& request) override {
    Lottery lottery(request.random);
    const Candidate* winner = nullptr;
    for (const Candidate& candidate : candidates) {
      if (lottery.Enter(candidate.weight)) winner = &candidate;
    }
    return *winner;
  }
};

}  // namespace

std::shared_ptr<Balancer> NewRandom() { return std::make_shared<Random>(); }

}  // namespace banto::upstream
