// In turn, by weight, smoothly: weights 2:1:1 go a b a c, not a a b c.
//
// No state but one counter, so threads share it without a lock and nothing has to be repaired when
// candidates come and go. A cycle has as many turns as the weights' sum. Think of it as one unit of
// time in which candidate i is due at the moments (k + phase_i) / weight_i; turn number p belongs
// to the p-th moment. Phases are spread evenly so that light candidates do not come all at once.
// With other candidates the counter goes on in their cycle.
#include <array>
#include <atomic>
#include <random>
#include <vector>

#include "proxy/upstream/policies.h"

namespace banto::upstream {
namespace {

using Candidates = std::span<const WorkerPtr* const>;

// One cycle of given candidates. Everything is kept in integers: phase_i is (2i + 1) / 2n.
class Cycle {
 public:
  Cycle(Candidates candidates, int64_t turns)
      : candidates_(candidates), n_(static_cast<int64_t>(candidates.size())), turns_(turns) {}

  // Who is due in turn number `turn`, from 0. `due` has room for one number a candidate. Before the
  // time turn / turns lie about that many moments: count them, then walk forwards or back to the
  // one sought.
  size_t WhoseTurn(int64_t turn, std::span<int64_t> due) const {
    int64_t passed = 0;
    for (size_t i = 0; i < candidates_.size(); ++i) passed += due[i] = DueBefore(turn, i);
    for (; passed < turn; ++passed) ++due[Next(due)];
    for (; passed > turn; --passed) --due[Last(due)];
    return Next(due);
  }

 private:
  int64_t WeightOf(size_t i) const { return Weight(*candidates_[i]); }
  // 2n times (k + phase_i).
  int64_t Moment(size_t i, int64_t k) const { return 2 * n_ * k + 2 * static_cast<int64_t>(i) + 1; }

  // How many moments of candidate i lie before turn / turns.
  int64_t DueBefore(int64_t turn, size_t i) const {
    const int64_t above = 2 * n_ * WeightOf(i) * turn - Moment(i, 0) * turns_;
    const int64_t below = 2 * n_ * turns_;
    return above <= 0 ? 0 : (above + below - 1) / below;
  }

  // The candidate whose moment comes next once due[i] moments of each are past; ties: the earlier
  // candidate.
  size_t Next(std::span<const int64_t> due) const {
    size_t next = 0;
    for (size_t i = 1; i < candidates_.size(); ++i) {
      if (Moment(i, due[i]) * WeightOf(next) < Moment(next, due[next]) * WeightOf(i)) next = i;
    }
    return next;
  }

  // The reverse: whose moment came last.
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

  const WorkerPtr& Pick(Candidates candidates, const PickRequest&) override {
    int64_t turns = 0;
    bool equal = true;
    for (const WorkerPtr* candidate : candidates) {
      turns += Weight(*candidate);
      equal = equal && Weight(*candidate) == Weight(*candidates[0]);
    }
    const uint64_t n = cursor_.fetch_add(1, std::memory_order_relaxed);
    if (equal) return *candidates[n % candidates.size()];
    const auto turn = static_cast<int64_t>(n % static_cast<uint64_t>(turns));
    const Cycle cycle(candidates, turns);
    if (candidates.size() <= kOnStack) {
      std::array<int64_t, kOnStack> due;
      return *candidates[cycle.WhoseTurn(turn, due)];
    }
    std::vector<int64_t> due(candidates.size());
    return *candidates[cycle.WhoseTurn(turn, due)];
  }

 private:
  static constexpr size_t kOnStack = 64;
  // Starts anywhere: proxies that restart together, or reload often, do not all begin with the
  // first worker.
  std::atomic<uint64_t> cursor_{std::random_device{}()};
};

}  // namespace

std::shared_ptr<Balancer> NewRoundRobin() { return std::make_shared<RoundRobin>(); }

}  // namespace banto::upstream
