// Workers and groups for the tests of this room, and ways to run a loop.
#ifndef BANTO_TESTS_UNIT_UPSTREAM_FLEET_H_
#define BANTO_TESTS_UNIT_UPSTREAM_FLEET_H_

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/net/event_loop.h"
#include "proxy/upstream/balancer.h"
#include "proxy/upstream/in_flight.h"
#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/worker_group.h"

namespace banto::upstream {

struct WorkerSpec {
  std::string name;
  int weight = 1;
  int max_in_flight = 0;
  bool backup = false;
};

// A prompt of so many tokens of its own.
inline DemandPtr Tokens(double tokens) {
  auto demand = std::make_shared<Demand>();
  demand->prompt_tokens = tokens;
  return demand;
}

// A slot of the worker, for a prompt of so many tokens.
inline InFlight TakeWith(const WorkerPtr& worker, double tokens, WaitQueue* queue) {
  PickReason reason;
  auto weighed = std::make_unique<Weighed>();
  weighed->prompt_tokens = tokens;
  reason.weighed = std::move(weighed);
  return InFlight::TryTake(worker, queue, std::move(reason));
}

inline std::shared_ptr<WorkerState> MakeState(const std::string& name) {
  static const auto prefixes = std::make_shared<PrefixIndex>();
  return std::make_shared<WorkerState>(name, prefixes->NewHolder());
}

inline WorkerPtr MakeWorker(const WorkerSpec& spec, std::shared_ptr<WorkerState> state = nullptr) {
  auto worker = std::make_shared<Worker>();
  worker->settings.name = spec.name;
  worker->settings.weight = spec.weight;
  worker->settings.max_in_flight = spec.max_in_flight;
  worker->settings.backup = spec.backup;
  worker->state = state != nullptr ? std::move(state) : MakeState(spec.name);
  return worker;
}

inline std::shared_ptr<WorkerGroup> MakeGroup(std::vector<WorkerPtr> workers,
                                              conf::Policy policy = conf::Policy::kLeastLoaded,
                                              std::string queue_key = "model:m") {
  auto group = std::make_shared<WorkerGroup>();
  group->queue_key = std::move(queue_key);
  group->workers = std::move(workers);
  group->balancer = Balancer::Create(policy);
  return group;
}

// Runs everything posted so far, on this thread.
inline void Turn(net::EventLoop* loop) {
  loop->Post([loop] { loop->Stop(); });
  loop->Run();
}

// Runs turns until `done`, at most 20 s, to fail rather than hang.
template <typename F>
bool TurnUntil(net::EventLoop* loop, F done) {
  const int64_t deadline_us = net::EventLoop::NowUs() + 20'000'000;
  while (!done()) {
    if (net::EventLoop::NowUs() > deadline_us) return false;
    Turn(loop);
  }
  return true;
}

// A loop on its own thread.
class LoopThread {
 public:
  LoopThread() {
    std::promise<void> ready;
    thread_ = std::thread([this, &ready] {
      loop_ = std::make_unique<net::EventLoop>();
      ready.set_value();
      loop_->Run();
    });
    ready.get_future().wait();
  }
  ~LoopThread() {
    loop_->Stop();
    thread_.join();
  }
  net::EventLoop* loop() { return loop_.get(); }

 private:
  std::unique_ptr<net::EventLoop> loop_;
  std::thread thread_;
};

}  // namespace banto::upstream

#endif  // BANTO_TESTS_UNIT_UPSTREAM_FLEET_H_
