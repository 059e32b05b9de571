// A worker in two parts: WorkerState, which keeps its identity (load, health, wishes, counters)
// across reloads, and Worker, the settings that one config snapshot gives it. Snapshots come and
// go; the state is found again by name. Every method here is safe from any thread.
#ifndef BANTO_PROXY_UPSTREAM_WORKER_H_
#define BANTO_PROXY_UPSTREAM_WORKER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "conf/config.h"
#include "conf/worker_path.h"
#include "health/health_state.h"
#include "health/passive_checker.h"
#include "proxy/net/tls_context.h"
#include "proxy/upstream/learned_models.h"
#include "proxy/upstream/not_served.h"

namespace banto::upstream {

// What an operator wants; apart from health, survives reloads.
enum class AdminState : uint8_t {
  kReady,     // normal
  kDraining,  // finishes what runs, gets nothing new
  kDisabled,  // as draining, and not probed
};

class WorkerState {
 public:
  explicit WorkerState(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  // Load. Changed only by InFlight guards. seq_cst: the queue's proof (wait_queue.cc) rests on this
  // read.
  int in_flight() const { return in_flight_.load(std::memory_order_seq_cst); }
  int64_t prompt_bytes() const { return prompt_bytes_.load(std::memory_order_relaxed); }
  bool Full(int max_in_flight) const { return max_in_flight > 0 && in_flight() >= max_in_flight; }

  // Health as the control plane last published it, with its reason in words.
  void SetVerdict(health::Verdict verdict, std::string reason);
  health::Verdict verdict() const { return verdict_.load(std::memory_order_acquire); }
  std::string reason() const;
  bool Healthy() const;  // by active checks: unknown or healthy

  health::PassiveChecker& passive() { return passive_; }
  const health::PassiveChecker& passive() const { return passive_; }

  LearnedModels& learned() { return learned_; }
  NotServed& not_served() { return not_served_; }
  // Models that it refused (401, 403) to a key for which another worker served them.
  NotServed& refuses() { return refuses_; }

  // Whether its last answer to a page of a browser showed a list of pages of its own.
  bool judges_pages() const { return judges_pages_.load(std::memory_order_relaxed); }
  void SetJudgesPages(bool judges) { judges_pages_.store(judges, std::memory_order_relaxed); }

  AdminState admin_state() const { return admin_.load(std::memory_order_relaxed); }
  void SetAdminState(AdminState s) { admin_.store(s, std::memory_order_relaxed); }

  // Queues with somebody in them whose group holds this worker; kept by WaitQueue. A release looks
  // here first.
  std::atomic<int> waiters{0};

 private:
  friend class InFlight;
  const std::string name_;
  std::atomic<int> in_flight_{0};
  std::atomic<int64_t> prompt_bytes_{0};
  std::atomic<health::Verdict> verdict_{health::Verdict::kUnknown};
  std::atomic<AdminState> admin_{AdminState::kReady};
  std::atomic<bool> judges_pages_{false};
  health::PassiveChecker passive_;
  LearnedModels learned_;
  NotServed not_served_, refuses_;
  mutable std::mutex reason_mutex_;
  std::string reason_;  // guarded by reason_mutex_
};

// A worker as one snapshot sees it. Immutable.
struct Worker {
  conf::Worker settings;
  api::WorkerKind kind = api::WorkerKind::kAuto;  // never that once facts are known
  conf::WorkerPath path;           // path.prefix stands before all that is asked there
  net::TlsContext* tls = nullptr;  // of the process; nullptr for http://
  std::shared_ptr<WorkerState> state;
  // A managed API that bills what it does: not asked again for what it may have done already.
  bool external = false;
  // Of every request to it, made once: the Host and the Authorization field; empty: the client's.
  std::string host, authorization;

  const std::string& name() const { return state->name(); }
  // May it be chosen: healthy, neither draining nor full. Ejection and cool-down are the picker's
  // to weigh.
  bool Available() const {
    return state->Healthy() && state->admin_state() == AdminState::kReady &&
           !state->Full(settings.max_in_flight);
  }
};
using WorkerPtr = std::shared_ptr<const Worker>;

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WORKER_H_
