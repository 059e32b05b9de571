// Fewest in-flight prompt bytes per weight, then fewest requests per weight, then random by weight.
// What delays the next first token is the prompts that still await theirs (design.md §8: the replay
// of public traces). Without known prompts all counts are 0 and this equals least_requests.
#include "proxy/upstream/lottery.h"
#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

struct Load {
  int64_t bytes;
  int64_t requests;
  int64_t weight;

  static Load Of(const WorkerPtr& w) {
    return {w->state->prompt_bytes(), w->state->in_flight(), Weight(w)};
  }
  // < 0: this load is lower. Cross-multiplied: no division, no rounding.
  int64_t Compare(const Load& other) const {
    const int64_t by_bytes = bytes * other.weight - other.bytes * weight;
    return by_bytes != 0 ? by_bytes : requests * other.weight - other.requests * weight;
  }
};

class LeastLoaded final : public Balancer {
 public:
  const char* name() const override { return "least_loaded"; }

  const WorkerPtr& Pick(std::span<const WorkerPtr* const> candidates,
                        const PickRequest& request) override {
    Lottery lottery(request.random);
    const WorkerPtr* best = nullptr;
    Load least{};
    for (const WorkerPtr* candidate : candidates) {
      const Load load = Load::Of(*candidate);  // read once: other threads change it concurrently
      const int64_t order = best == nullptr ? -1 : load.Compare(least);
      if (order > 0) continue;
      if (order < 0) lottery.Restart();
      if (!lottery.Enter(Weight(*candidate))) continue;
      best = candidate;
      least = load;
    }
    return *best;
  }
};

}  // namespace

std::shared_ptr<Balancer> NewLeastLoaded() { return std::make_shared<LeastLoaded>(); }

}  // namespace banto::upstream
