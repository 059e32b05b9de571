// The side of the process that knows facts and decides nothing per request: it watches the workers,
// keeps their identity across reloads, and makes a new Snapshot whenever something changed. Main
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
#include "proxy/upstream/wait_queue.h"
#include "proxy/upstream/worker_registry.h"

namespace banto {

// What the control plane tells others (Server -> metrics, log).
class ControlObserver {
 public:
  virtual void OnSnapshot(const SnapshotPtr& snapshot) = 0;
  // For the log: a flip, a detection.
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

  // Takes a (new) configuration: known workers keep their state, new ones are watched, gone ones
  // retired. False with `error` when a TLS file cannot be read; then nothing changed.
  bool Adopt(std::shared_ptr<const conf::Config> config, std::string* error);
  const SnapshotPtr& snapshot() const { return snapshot_; }
  // Once a second: what traffic has taught since is published.
  void OnTick();
  // Whether every worker has been asked once (the first answers of the proxy need not say "not
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
    std::string introduced;  // as the log last told what it is
    std::vector<std::string> learned;
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
      tls_;  // by their settings; kept: running Attempts use them
  std::vector<std::unique_ptr<Watched>> watched_;  // in the order of the file
  std::shared_ptr<upstream::Balancer> balancer_;
  SnapshotPtr snapshot_;
  uint64_t snapshots_ = 0;  // how many were made
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_CONTROL_PLANE_H_
