// What the process tells about itself: whether it is ready, the gauges of a scrape, the status
// page. Reads the parts of a Server, and keeps what nobody else does: what the engines last said of
// their load and how the last reading of the configuration went. Main thread.
#ifndef BANTO_PROXY_PROCESS_SELF_REPORT_H_
#define BANTO_PROXY_PROCESS_SELF_REPORT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/memory_cache.h"
#include "proxy/net/event_loop.h"
#include "proxy/ops/admin.h"
#include "proxy/ops/log_writer.h"
#include "proxy/ops/metrics.h"
#include "proxy/process/control_plane.h"
#include "proxy/process/proxy_thread.h"
#include "proxy/upstream/wait_queue.h"

namespace banto {

enum class Phase : uint8_t {
  kStarting,  // not listening yet
  kServing,   // normal
  kDraining,  // a signal came: finish what runs
  kStopped,   // over
};

class SelfReport {
 public:
  // All of them outlive the report.
  struct Parts {
    const net::EventLoop* loop = nullptr;  // the main thread's
    const ControlPlane* control = nullptr;
    const upstream::WaitQueue* wait_queue = nullptr;
    const cache::MemoryCache* memory_cache = nullptr;  // nullptr: the tier is off
    bool has_redis = false;
    const ops::LogWriter* access_writer = nullptr;
    const std::vector<std::unique_ptr<ProxyThread>>* threads = nullptr;
  };
  explicit SelfReport(const Parts& parts) : parts_(parts) {}

  void OnEngineLoad(const std::string& worker, const health::EngineLoad& load) {
    loads_[worker] = load;
  }
  // A configuration was read and taken, or not; at the start the first was.
  void OnConfigTaken(int64_t now_unix_s);
  void OnConfigRefused() { config_ok_ = false; }

  ops::Readiness Readiness(Phase phase) const;
  ops::ScrapeGauges Gauges() const;
  std::string StatusJson(Phase phase) const;

 private:
  ops::WorkerGauges GaugesOf(const upstream::Worker& worker) const;

  const Parts parts_;
  std::map<std::string, health::EngineLoad> loads_;  // by worker
  bool config_ok_ = true;
  int64_t config_taken_unix_s_ = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_SELF_REPORT_H_
