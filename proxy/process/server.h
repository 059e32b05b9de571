// The process: shared parts, N proxy threads, the control plane on the main thread, signals, admin
// port. start -> serve -> drain -> stop.
#ifndef BANTO_PROXY_PROCESS_SERVER_H_
#define BANTO_PROXY_PROCESS_SERVER_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"
#include "proxy/ops/admin.h"
#include "proxy/ops/log_writer.h"
#include "proxy/ops/metrics.h"
#include "proxy/process/control_plane.h"
#include "proxy/process/memory_trimmer.h"
#include "proxy/process/proxy_thread.h"
#include "proxy/process/self_report.h"

namespace banto {

class Server final : public ControlObserver {
 public:
  explicit Server(std::shared_ptr<const conf::Config> config);
  ~Server();

  // Binds everything and queries the workers for the first time. Returns false with `error` set;
  // then nothing runs.
  bool Start(std::string* error);
  // Serves until SIGTERM or SIGINT, then drains. Returns the exit code.
  int Run();
  // The bound ports, for the greeting.
  uint16_t port() const;
  uint16_t admin_port() const;

  // ControlObserver
  void OnSnapshot(const SnapshotPtr& snapshot) override;
  void OnWorkerChanged(conf::Log::Level level, const std::string& worker,
                       const std::string& what) override;
  void OnProbe(const std::string& worker, const char* result) override;
  void OnEngineLoad(const std::string& worker, const health::EngineLoad& load) override;

 private:
  bool StartThreads(std::string* error);
  void WatchSignals();
  void OnSignal(int signal);
  void Reload();
  void BeginDrain();
  void OnTick();
  void TrimMemory();
  bool StartAdmin(std::string* error);

  const std::shared_ptr<const conf::Config> started_;  // the source for settings that need a
                                                       // restart
  std::shared_ptr<const conf::Config> config_;
  Phase phase_ = Phase::kStarting;
  upstream::WaitQueue wait_queue_;  // outlives every loop: undelivered posts hold guards of it
  net::EventLoop loop_;
  net::Resolver resolver_;
  BufferedBytes::Budget buffered_;
  cache::Recorder::Budget recording_;
  SeparationMemo separation_;
  FetchTable fetches_;
  std::atomic<int> idle_upstream_{0}, connections_{0}, draining_threads_{0};
  std::unique_ptr<cache::MemoryCache> memory_cache_;
  cache::PathEpochs path_epochs_;
  std::unique_ptr<net::TlsContext> redis_tls_;
  std::unique_ptr<ops::LogWriter> access_writer_;
  std::unique_ptr<ops::Metrics> metrics_;
  std::unique_ptr<ControlPlane> control_;
  std::vector<std::unique_ptr<ProxyThread>> threads_;
  std::unique_ptr<SelfReport> report_;
  std::unique_ptr<ops::Admin> admin_;
  net::Timer tick_;  // sweeps the memory tier; watches the drain
  MemoryTrimmer trimmer_;
  int64_t drain_deadline_ms_ = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_SERVER_H_
