#include "perf/simulator/router.h"

#include <cassert>
#include <string>
#include <utility>

#include "proxy/upstream/balancer.h"

namespace banto::perf {
namespace {

constexpr int64_t kBytesPerToken = 4;

}  // namespace

Router::Router(conf::Policy policy, size_t workers) {
  group_.queue_key = "model:sim";
  group_.balancer = upstream::Balancer::Create(policy);
  for (size_t i = 0; i < workers; ++i) {
    auto worker = std::make_shared<upstream::Worker>();
    worker->settings.name = "worker" + std::to_string(i);
    worker->state = std::make_shared<upstream::WorkerState>(worker->settings.name);
    numbers_[worker.get()] = i;
    group_.workers.push_back(std::move(worker));
  }
}

Router::Hold Router::Pick(const TracedRequest& request, Chain, int64_t now_ms) {
  upstream::Admission admission =
      upstream::Admit(group_, {}, request.prompt_tokens * kBytesPerToken, now_ms, nullptr);
  // Nobody is ever full, unhealthy or tried here.
  assert(admission.kind == upstream::Admission::Kind::kPicked);
  Hold hold;
  hold.slot_ = std::move(admission.slot);
  hold.worker_ = numbers_.at(hold.slot_.worker().get());
  return hold;
}

void Router::Hold::FirstToken(int64_t) { slot_.ReleasePrompt(); }

}  // namespace banto::perf
