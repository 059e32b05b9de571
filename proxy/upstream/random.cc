// Random, by weight.
#include "proxy/upstream/lottery.h"
#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

class Random final : public Balancer {
 public:
  const char* name() const override { return "random"; }

  Choice Pick(std::span<const WorkerPtr* const> candidates, const PickRequest& request) override {
    Lottery lottery(request.random);
    const WorkerPtr* winner = nullptr;
    for (const WorkerPtr* candidate : candidates) {
      if (lottery.Enter(Weight(*candidate))) winner = candidate;
    }
    return winner;
  }
};

}  // namespace

std::shared_ptr<Balancer> NewRandom() { return std::make_shared<Random>(); }

}  // namespace banto::upstream
