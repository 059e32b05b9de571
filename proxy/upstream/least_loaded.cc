// The least estimated time to the first token: the prompts that await theirs at a worker, what it
// would have to read of this one beyond what its KV cache has, and a share of its streams' steps.
//
//   cost = R (P + w u (1 + l / 60,000)) + 100 steps of its streams + the model's load
//
// P: tokens awaited there · u: of this prompt's l tokens those that it lacks · R: its milliseconds
// per token. w is 2, and up to 10 when prompts pile up, as a prompt read twice then delays all that
// wait. The steps spread a beginning that everybody shares. Form and constants come of a replay of
// public traces, inference-routers.md §7. Without a prompt and without learned speeds it is the
// fewest requests per weight. A weight is how much a worker takes at a time, not how fast it is.
#include <algorithm>
#include <array>
#include <limits>
#include <memory>

#include "proxy/upstream/lottery.h"
#include "proxy/upstream/policies.h"
#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/worker_group.h"

namespace banto::upstream {
namespace {

constexpr double kMissFactor = 2, kMissFactorMore = 8, kMissFactorTokens = 12'500;
constexpr double kLongPromptTokens = 60'000;
constexpr double kSteps = 100;
// Who has served a conversation is credited with so much of its prompt: a bonus, never a pin.
constexpr double kSessionShare = 0.125, kSessionTokens = 256;
// Speeds that differ by less are the same, and none is believed beyond this from the others'.
constexpr double kSameSpeed = 0.15, kSpeedFactorMax = 4;

// What all candidates have in common.
struct Field {
  double miss_factor = kMissFactor;
  double prefill_ms = kPrefillMsPerToken;  // the median of those that are known
  double same_from, same_to, least, most;  // near it, and as far from it as is believed

  Field(Candidates candidates, int64_t now_ms) {
    // Of many the first tell enough.
    constexpr size_t kAskedMax = 32;
    const Candidates asked = candidates.first(std::min(kAskedMax, candidates.size()));
    // Not their mean, which would follow a single one that is slow, or lies.
    std::array<double, kAskedMax> speeds;
    size_t known = 0;
    int64_t awaited = 0;
    for (const Candidate& candidate : asked) {
      const WorkerState& state = *candidate.state;
      awaited += state.awaited_tokens();
      const double ms = state.speed().prefill_ms_per_token(now_ms);
      if (ms > 0) speeds[known++] = ms;
    }
    if (known > 0) {
      const auto middle = speeds.begin() + static_cast<std::ptrdiff_t>((known - 1) / 2);
      std::nth_element(speeds.begin(), middle, speeds.begin() + static_cast<std::ptrdiff_t>(known));
      prefill_ms = *middle;
    }
    const double mean = static_cast<double>(awaited) / static_cast<double>(asked.size());
    miss_factor += std::min(kMissFactorMore, mean / kMissFactorTokens);
    same_from = prefill_ms * (1 - kSameSpeed);
    same_to = prefill_ms * (1 + kSameSpeed);
    least = prefill_ms / kSpeedFactorMax;
    most = prefill_ms * kSpeedFactorMax;
  }

  double PrefillMs(const WorkerState& state, int64_t now_ms) const {
    const double own = state.speed().prefill_ms_per_token(now_ms);
    if (own <= 0 || (own > same_from && own < same_to)) return prefill_ms;
    return std::clamp(own, least, most);
  }
};

// What is known of the request, once for all candidates.
struct Asked {
  const Demand& demand;
  const PrefixMatches& prompts;   // who has how much of it
  const PrefixMatches& sessions;  // who served its conversation
  // A token of a long prompt takes longer.
  const double length = 1 + demand.prompt_tokens / kLongPromptTokens;

  double CachedTokens(const WorkerState& state) const {
    if (prompts.none()) return 0;
    const double blocks = prompts.BlocksOf(state.prefix_id());
    return std::min(blocks * demand.tokens_per_block, std::max(0.0, demand.prompt_tokens - 1));
  }
  double MissedTokens(const WorkerState& state) const {
    const double missed = demand.prompt_tokens - CachedTokens(state);
    if (sessions.none() || sessions.BlocksOf(state.prefix_id()) == 0) return missed;
    return std::max(0.0, missed - kSessionTokens - kSessionShare * demand.prompt_tokens);
  }
};

// The best two of the candidates.
struct Ranking {
  const Candidate* best = nullptr;
  const Candidate* next = nullptr;
  PickCost best_cost = {};
  double best_ms = std::numeric_limits<double>::infinity(), next_ms = best_ms;
  Lottery lottery;

  void Enter(const Candidate& candidate, const PickCost& cost) {
    const double ms = cost.total_ms();
    if (ms < best_ms) lottery.Restart();
    if (ms <= best_ms && lottery.Enter(candidate.weight)) {
      next = best;
      next_ms = best_ms;
      best = &candidate;
      best_ms = ms;
      best_cost = cost;
    } else if (ms < next_ms) {
      next = &candidate;
      next_ms = ms;
    }
  }
};

class LeastLoaded final : public Balancer {
 public:
  const char* name() const override { return "least_loaded"; }
  bool reads_prompts() const override { return true; }

  Choice Pick(Candidates candidates, const PickRequest& request) override {
    thread_local PrefixMatches prompts, sessions;
    static const Demand kUnknown;
    if (candidates.size() == 1 && request.demand == nullptr) return candidates.front();
    const Demand& demand = request.demand != nullptr ? *request.demand : kUnknown;
    Match(candidates, demand.chain, &prompts);
    Match(candidates, demand.session, &sessions);
    const Asked asked{.demand = demand, .prompts = prompts, .sessions = sessions};
    const Field field(candidates, request.now_ms);
    Ranking ranking{.lottery = Lottery(request.random)};
    for (const Candidate& candidate : candidates)
      ranking.Enter(candidate, CostOf(candidate, asked, field, request));
    if (request.demand == nullptr) return *ranking.best;
    return Explained(ranking, asked);
  }

 private:
  // Who has what of a chain, as far as one of the candidates is asked for that.
  static void Match(Candidates candidates, const std::vector<uint64_t>& chain,
                    PrefixMatches* matches) {
    const PrefixHolder* const any = candidates.front().state->prefixes();
    matches->Clear();
    if (any != nullptr && !chain.empty()) any->index().Match(chain, matches);
  }

  static PickCost CostOf(const Candidate& candidate, const Asked& asked, const Field& field,
                         const PickRequest& request) {
    const WorkerState& state = *candidate.state;
    const double share = candidate.weight == 1 ? 1.0 : 1.0 / candidate.weight;
    const double ms = field.PrefillMs(state, request.now_ms);
    const double step_ms = kStepMsPerSequence * (state.in_flight() + state.past_us()) +
                           kStepMsPerKvToken * static_cast<double>(state.kv_tokens());
    return {
        .ahead_ms = ms * static_cast<double>(state.awaited_tokens()) * share,
        .own_ms = ms * field.miss_factor * asked.MissedTokens(state) * asked.length,
        .decode_ms = kSteps * state.speed().slowness() * step_ms * share,
        .load_ms = request.group.IsCold(state, asked.demand.model) ? state.speed().load_ms() : 0};
  }

  static Choice Explained(const Ranking& ranking, const Asked& asked) {
    Choice choice(*ranking.best);
    const WorkerState& state = *ranking.best->state;
    auto weighed = std::make_unique<Weighed>();
    Weighed& reason = *weighed;
    reason.cost = ranking.best_cost;
    reason.prompt_tokens = asked.demand.prompt_tokens;
    reason.cached_tokens = asked.CachedTokens(state);
    reason.work_tokens = static_cast<double>(state.awaited_tokens()) +
                         (reason.prompt_tokens - reason.cached_tokens) * asked.length;
    if (ranking.next != nullptr) reason.next = (*ranking.next->worker)->state;
    reason.next_ms = ranking.next_ms;
    choice.reason.weighed = std::move(weighed);
    return choice;
  }
};

}  // namespace

std::shared_ptr<Balancer> NewLeastLoaded() { return std::make_shared<LeastLoaded>(); }

}  // namespace banto::upstream
