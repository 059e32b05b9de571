// Reads the load page of one worker every second while it is healthy, apart from its probes: a slow
// page delays none. Owned by its WorkerWatch; control loop only; destroying cancels.
#ifndef BANTO_HEALTH_LOAD_WATCH_H_
#define BANTO_HEALTH_LOAD_WATCH_H_

#include <cstdint>
#include <functional>

#include "health/engine_facts.h"
#include "health/worker_asker.h"
#include "proxy/net/timer.h"

namespace banto::health {

class LoadWatch {
 public:
  using Report = std::function<void(const EngineLoad&)>;
  // `worker`: the owner's.
  LoadWatch(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
            const conf::Worker& worker, Report report);

  // It is healthy, and of this kind: reads its page at once, if it has one.
  void Begin(api::WorkerKind kind, int64_t timeout_ms);
  void End();

 private:
  enum class State : uint8_t {
    kOff,      // not healthy, or it has no such page
    kWaiting,  // for the timer
    kAsking,   // for the page
  };

  void Ask();
  void OnAnswer(const HttpGetResult& answer);
  void Withdraw();

  const Report report_;
  State state_ = State::kOff;
  api::WorkerKind kind_ = api::WorkerKind::kAuto;
  int64_t timeout_ms_ = 0;
  bool told_ = false;  // figures that still count
  WorkerAsker asker_;
  net::Timer timer_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_LOAD_WATCH_H_
