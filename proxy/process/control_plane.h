// The side of the process that gathers facts and decides nothing per request: watches the workers,
// keeps their identity across reloads, and builds a new Snapshot whenever something changes. Main
// thread (its loop); the proxy threads see only what it publishes.
#ifndef BANTO_PROXY_PROCESS_CONTROL_PLANE_H_
#define BANTO_PROXY_PROCESS_CONTROL_PLANE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"
#include "health/worker_watch.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/resolver.h"
#include "proxy/net/tls_context.h"
#include "proxy/routing/snapshot_builder.h"
#include "proxy/upstream/balancer.h"
#include "proxy/upstream/engine_report.h"
#include "proxy/upstream/wait_queue.h"
#include "proxy/upstream/worker_registry.h"

namespace banto {

// Notifications from the control plane (Server -> metrics, log).
class ControlObserver {
 public:
  virtual void OnSnapshot(const SnapshotPtr& snapshot) = 0;
  // For the log: a verdict has flipped, a kind was detected.
  virtual void OnWorkerChanged(conf::Log::Level level, const std::string& worker,
                               const std::string& what) = 0;
  virtual void OnProbe(const std::string& worker, const char* result) = 0;
  virtual void OnEngineLoad(const std::string& worker, const health::EngineLoad& load) = 0;

 protected:
  ~ControlObserver() = default;
};

class ControlPlane final : public health::WatchObserver {
 public:
  ControlPlane(net::EventLoop* loop, net::Resolver* resolver, upstream::WaitQueue* wait_queue,
               ControlObserver* observer);
  ~ControlPlane();

  // Adopts a (new) configuration: known workers keep their state, new ones are watched, removed
  // ones retired. Returns false with `error` set, and changes nothing, if a TLS file cannot be
  // read.
  bool Adopt(std::shared_ptr<const conf::Config> config, std::string* error);
  const SnapshotPtr& snapshot() const { return snapshot_; }
  const upstream::PrefixIndex& prefixes() const { return registry_.prefixes(); }
  // Once a second: publishes what was learned from traffic.
  void OnTick();
  // Whether every worker has been queried once (so that the proxy's first answers need not be "not
  // yet").
  bool first_round_done() const;

  // health::WatchObserver
  void OnVerdict(const std::string& worker, health::Verdict verdict,
                 const std::string& reason) override;
  void OnFacts(const std::string& worker, const health::EngineFacts& facts) override;
  void OnLoad(const std::string& worker, const health::EngineLoad& load) override;
  void OnProbe(const std::string& worker, const char* result) override;

 private:
  struct Watched {
    conf::Worker settings;
    std::unique_ptr<health::WorkerWatch> watch;
    std::shared_ptr<upstream::WorkerState> state;
    net::TlsContext* tls = nullptr;
    health::EngineFacts facts;
    bool facts_known = false;
    std::string introduced;  // as last logged
    std::vector<std::string> learned;
    upstream::EngineReport report;
    bool started = false;
  };
  net::TlsContext* TlsFor(const conf::Worker& worker, std::string* error);
  std::unique_ptr<Watched> KeepOrWatch(const conf::Worker& worker, const conf::Config& config,
                                       bool same_health);
  void Introduce(Watched* watched);
  void Rebuild();

  net::EventLoop* loop_;
  net::Resolver* resolver_;
  upstream::WaitQueue* wait_queue_;
  ControlObserver* observer_;
  std::shared_ptr<const conf::Config> config_;
  upstream::WorkerRegistry registry_;
  std::map<std::string, std::unique_ptr<net::TlsContext>>
      tls_;  // by settings; kept, because running Attempts use them
  std::vector<std::unique_ptr<Watched>> watched_;  // in file order
  std::shared_ptr<upstream::Balancer> balancer_;
  SnapshotPtr snapshot_;
  uint64_t snapshots_ = 0;  // number of snapshots built
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_CONTROL_PLANE_H_
