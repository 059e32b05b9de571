// Watches one worker from the control plane: detects what it is (kind, models, revision), probes it
// accordingly with rise/fall/jitter, and refreshes its model list and load figures. Reports to an
// observer; knows nothing about balancing. Control loop only.
#ifndef BANTO_HEALTH_WORKER_WATCH_H_
#define BANTO_HEALTH_WORKER_WATCH_H_

#include <functional>
#include <memory>
#include <string>

#include "conf/config.h"
#include "health/engine_facts.h"
#include "health/health_state.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/net/tls_context.h"

namespace banto::health {

// Called on the control loop; must not destroy the watch.
class WatchObserver {
 public:
  virtual void OnVerdict(const std::string& worker, Verdict verdict,
                         const std::string& reason) = 0;  // on flips, and initially
  virtual void OnFacts(const std::string& worker,
                       const EngineFacts& facts) = 0;  // on changes
  virtual void OnLoad(const std::string& worker, const EngineLoad& load) = 0;
  virtual void OnProbe(const std::string& worker,
                       const char* result) = 0;  // each probe: ok, loading, failed

 protected:
  ~WatchObserver() = default;
};

// Whether llama-cpp-python is generating right now: it must not be probed then (any HTTP request
// interrupts its stream).
using BusyQuestion = std::function<bool()>;

class WorkerWatch {
 public:
  WorkerWatch(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
              const conf::Worker& worker, const conf::Health& settings, BusyQuestion busy,
              WatchObserver* observer);
  ~WorkerWatch();
  void Start();  // the first round starts immediately
  Verdict verdict() const;
  bool first_round_done() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_WORKER_WATCH_H_
