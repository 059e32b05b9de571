// Smooth weighted round robin: weights 2:1:1 yield a b a c, not a a b c.
//
// Its only state is a counter, so threads share it without a lock and nothing needs repair when
// candidates come and go. A cycle has as many turns as the sum of the weights. Think of it as one
// unit of time in which candidate i is due at the moments (k + phase_i) / weight_i; turn number p
// belongs to the p-th moment. Phases are spread evenly so that light candidates are not all due at
// once. When the candidates change, the counter continues in their cycle.
#include <array>
#include <atomic>
#include <random>
#include <vector>

#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

// One cycle of given candidates, in integers: phase_i is (2i + 1) / 2n.
class Cycle {
 public:
  Cycle(Candidates candidates, int64_t turns)
      : candidates_(candidates), n_(static_cast<int64_t>(candidates.size())), turns_(turns) {}

  // The candidate that is due in turn number `turn`, from 0. `due` has room for one number per
  // candidate. Before time turn / turns there are about that many moments: count them, then step
  // forward or back to the one sought.
  size_t WhoseTurn(int64_t turn, std::span<int64_t> due) const {
    int64_t passed = 0;
    for (size_t i = 0; i < candidates_.size(); ++i) passed += due[i] = DueBefore(turn, i);
    for (; passed < turn; ++passed) ++due[Next(due)];
    for (; passed > turn; --passed) --due[Last(due)];
    return Next(due);
  }

 private:
  int64_t WeightOf(size_t i) const { return candidates_[i].weight; }
  // 2n times (k + phase_i).
  int64_t Moment(size_t i, int64_t k) const { return 2 * n_ * k + 2 * static_cast<int64_t>(i) + 1; }

  // The number of moments of candidate i before turn / turns.
  int64_t DueBefore(int64_t turn, size_t i) const {
    const int64_t above = 2 * n_ * WeightOf(i) * turn - Moment(i, 0) * turns_;
    const int64_t below = 2 * n_ * turns_;
    return above <= 0 ? 0 : (above + below - 1) / below;
  }

  // The candidate with the next moment after due[i] moments of each; ties go to the earlier
  // candidate.
  size_t Next(std::span<const int64_t> due) const {
    size_t next = 0;
    for (size_t i = 1; i < candidates_.size(); ++i) {
      if (Moment(i, due[i]) * WeightOf(next) < Moment(next, due[next]) * WeightOf(i)) next = i;
    }
    return next;
  }

  // The reverse: the candidate with the latest moment.
  size_t Last(std::span<const int64_t> due) const {
    size_t last = 0;
    for (size_t i = 1; i < candidates_.size(); ++i) {
      if (Moment(i, due[i] - 1) * WeightOf(last) >= Moment(last, due[last] - 1) * WeightOf(i)) {
        last = i;
      }
    }
    return last;
  }

  Candidates candidates_;
  int64_t n_;
  int64_t turns_;
};

class RoundRobin final : public Balancer {
 public:
  const char* name() const override { return "round_robin"; }

  Choice Pick(Candidates candidates, const PickRequest&) override {
    int64_t turns = 0;
    bool equal = true;
    for (const Candidate& candidate : candidates) {
      turns += candidate.weight;
      equal = equal && candidate.weight == candidates[0].weight;
    }
    const uint64_t n = cursor_.fetch_add(1, std::memory_order_relaxed);
    if (equal) return candidates[n % candidates.size()];
    const auto turn = static_cast<int64_t>(n % static_cast<uint64_t>(turns));
    const Cycle cycle(candidates, turns);
    if (candidates.size() <= kOnStack) {
      std::array<int64_t, kOnStack> due;
      return candidates[cycle.WhoseTurn(turn, due)];
    }
    std::vector<int64_t> due(candidates.size());
    return candidates[cycle.WhoseTurn(turn, due)];
  }

 private:
  static constexpr size_t kOnStack = 64;
  // Starts at random: proxies that restart together, or reload often, should not all begin with the
  // first worker.
  std::atomic<uint64_t> cursor_{std::random_device{}()};
};

}  // namespace

std::shared_ptr<Balancer> NewRoundRobin() { return std::make_shared<RoundRobin>(); }

}  // namespace banto::upstream
