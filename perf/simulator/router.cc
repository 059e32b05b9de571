#include "perf/simulator/router.h"

#include <cassert>
#include <string>
#include <utility>

#include "proxy/api/operation.h"
#include "proxy/upstream/balancer.h"

namespace banto::perf {
namespace {

upstream::DemandPtr DemandOf(const TracedRequest& request, Chain chain) {
  auto demand = std::make_shared<upstream::Demand>();
  demand->prompt_tokens = static_cast<double>(request.prompt_tokens);
  demand->tokens_per_block = KvMemory::kBlockTokens;
  demand->chain.assign(chain.begin(), chain.end());
  if (request.session != 0) demand->session = {static_cast<uint64_t>(request.session)};
  return demand;
}

}  // namespace

Router::Router(conf::Policy policy, const std::vector<EngineCosts>& workers, int64_t assumed_kv) {
  group_.queue_key = "model:sim";
  group_.balancer = upstream::Balancer::Create(policy);
  for (const EngineCosts& costs : workers) {
    const size_t i = group_.workers.size();
    auto worker = std::make_shared<upstream::Worker>();
    worker->settings.name = "worker" + std::to_string(i);
    worker->state =
        std::make_shared<upstream::WorkerState>(worker->settings.name, prefixes_->NewHolder());
    // As its engine would tell.
    const int64_t tokens = assumed_kv > 0 ? assumed_kv : costs.kv_tokens;
    if (tokens > 0) worker->state->prefixes()->SetCapacity(tokens / KvMemory::kBlockTokens);
    numbers_[worker.get()] = i;
    group_.workers.push_back(std::move(worker));
  }
}

Router::Hold Router::Pick(const TracedRequest& request, Chain chain, int64_t now_ms) {
  upstream::Admission admission =
      upstream::Admit(group_, {}, DemandOf(request, chain), now_ms, nullptr);
  // Nobody is ever full, unhealthy or tried here.
  assert(admission.kind == upstream::Admission::Kind::kPicked);
  Hold hold;
  hold.picked_ms_ = now_ms;
  hold.slot_ = std::move(admission.slot);
  hold.worker_ = numbers_.at(hold.slot_.worker().get());
  return hold;
}

void Router::Hold::FirstToken(int64_t now_ms) {
  slot_.FirstToken((now_ms - picked_ms_) * 1'000, now_ms);
}

void Router::Hold::End(int64_t prompt_tokens, int64_t cached_tokens) {
  upstream::CachedTokens tokens = slot_.Expected();
  tokens.operation = &api::kPlainOperation;
  tokens.told_prompt = static_cast<double>(prompt_tokens);
  tokens.told = static_cast<double>(cached_tokens);
  slot_.worker()->state->prefixes()->NoteCached(tokens);
}

}  // namespace banto::perf
