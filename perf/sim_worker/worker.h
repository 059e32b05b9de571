// One simulated engine on one port: its listener, batching, faults and pages. Owns its connections.
#ifndef BANTO_PERF_SIM_WORKER_WORKER_H_
#define BANTO_PERF_SIM_WORKER_WORKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "perf/common/poller.h"
#include "perf/sim_worker/fault.h"
#include "perf/sim_worker/profile.h"
#include "perf/sim_worker/recording.h"
#include "perf/sim_worker/timed_engine.h"

namespace banto::perf {

class Connection;

struct WorkerOptions {
  const Profile* profile = &kVllmProfile;
  std::vector<std::string> models;
  EngineCosts costs;
  int64_t queue_length_max = 0;  // more get the engine's error; 0: no limit
  int64_t idle_close_ms = -1;    // of kept connections; -1: the engine's default
  int64_t startup_ms = 0;        // the model loads for so long, at the start and after a crash
  Fault fault;
};

class Worker : public Poller::Handler {
 public:
  Worker(Poller& poller, const WorkerOptions& options, const Recordings& recordings);
  ~Worker() override;

  // On loopback; port 0 chooses one. False with errno on failure.
  bool Listen(uint16_t port);
  uint16_t port() const { return port_; }
  void OnReady(uint32_t events) override;  // a client connects

  // For connections.
  void Forget(Connection* connection);  // destroys it at the end of this turn
  void CloseIdle();                     // once a second
  Poller& poller() { return poller_; }
  TimedEngine& engine() { return *engine_; }
  const WorkerOptions& options() const { return options_; }
  void SetFault(const Fault& fault);
  // Resets all connections and refuses new ones for `down_ms`; then it has forgotten everything.
  void CrashFor(int64_t down_ms);
  bool loading() const;
  const Profile& profile() const { return *options_.profile; }
  const Recordings& recordings() const { return recordings_; }
  bool FaultHits() { return dice_.Hits(options_.fault.share); }
  uint64_t NextNumber() { return ++answers_; }
  size_t connections() const { return connections_.size(); }

 private:
  void Crash(int64_t down_ms);
  void StopListening();

  Poller& poller_;
  WorkerOptions options_;
  const Recordings& recordings_;
  std::optional<TimedEngine> engine_;
  FaultDice dice_;
  int fd_ = -1;
  uint16_t port_ = 0;
  Clock::time_point loaded_at_;
  uint64_t answers_ = 0;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_WORKER_H_
