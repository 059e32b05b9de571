// What choosing a worker costs: the chain of a prompt, and a pick with its slot, among 1, 4, 64 and
// 512 workers, for prompts that nobody, one or every worker has the beginning of. Prints the best
// of several rounds, because noise only ever makes a round slower.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "proxy/question/prompt_blocks.h"
#include "proxy/upstream/admission.h"
#include "proxy/upstream/balancer.h"
#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/worker_group.h"

namespace banto {
namespace {

constexpr int kRounds = 15;

template <typename Work>
double BestUs(int times, Work work) {
  double best = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work(i);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / times);
  }
  return best;
}

std::string Messages(size_t bytes, int number) {
  std::string text = "[{\"role\":\"user\",\"content\":\"" + std::to_string(number) + " ";
  while (text.size() < bytes) text += "The quick brown fox jumps over the lazy dog. ";
  return text + "\"}]";
}

upstream::DemandPtr DemandFor(const std::string& json) {
  PromptBlocks blocks(1);
  blocks.AddJson(json);
  auto demand = std::make_shared<upstream::Demand>();
  demand->prompt_tokens = static_cast<double>(json.size()) / 4;
  demand->tokens_per_block = 64;
  demand->chain = blocks.TakeChain();
  return demand;
}

void MeasureChains() {
  for (const size_t bytes : {size_t{1'000}, size_t{32'000}, size_t{400'000}}) {
    const std::string json = Messages(bytes, 1);
    const double us = BestUs(200, [&](int) { DemandFor(json); });
    std::printf("chain of %zu KB: %.2f us\n", bytes / 1'000, us);
  }
}

struct Fleet {
  std::shared_ptr<upstream::PrefixIndex> prefixes = std::make_shared<upstream::PrefixIndex>();
  upstream::WorkerGroup group;

  explicit Fleet(int workers) {
    group.queue_key = "model:m";
    group.balancer = upstream::Balancer::Create(conf::Policy::kLeastLoaded);
    for (int i = 0; i < workers; ++i) {
      auto worker = std::make_shared<upstream::Worker>();
      worker->settings.name = "worker" + std::to_string(i);
      worker->state =
          std::make_shared<upstream::WorkerState>(worker->settings.name, prefixes->NewHolder());
      group.workers.push_back(std::move(worker));
    }
  }
};

enum class Holders : uint8_t { kNobody, kOne, kEverybody };

void MeasurePicks(int workers, size_t bytes, Holders holders) {
  Fleet fleet(workers);
  const upstream::DemandPtr demand = DemandFor(Messages(bytes, 1));
  const auto pick = [&](int) {
    upstream::InFlight slot = upstream::Admit(fleet.group, {}, demand, 1'000, nullptr).slot;
    if (holders != Holders::kNobody) slot.ReleasePrompt();
  };
  for (const auto& worker : fleet.group.workers) {
    if (holders == Holders::kEverybody) worker->state->prefixes()->Insert(demand->chain);
  }
  const double us = BestUs(500, pick);
  constexpr const char* kWho[] = {"nobody has it", "one has it", "all have it"};
  std::printf("pick among %d, %zu KB, %s: %.2f us\n", workers, bytes / 1'000,
              kWho[static_cast<int>(holders)], us);
}

}  // namespace
}  // namespace banto

int main() {
  banto::MeasureChains();
  for (const int workers : {1, 4, 64, 512}) {
    for (const size_t bytes : {size_t{0}, size_t{1'000}, size_t{32'000}}) {
      for (const auto who :
           {banto::Holders::kNobody, banto::Holders::kOne, banto::Holders::kEverybody})
        banto::MeasurePicks(workers, bytes, who);
    }
  }
}
