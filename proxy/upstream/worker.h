// A worker in two parts: WorkerState, its identity across reloads (load, health, admin state,
// counters), and Worker, the settings of one config snapshot. Snapshots come and go; the state is
// found again by name. Any thread.
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
#include "proxy/api/operation.h"
#include "proxy/net/tls_context.h"
#include "proxy/upstream/learned_models.h"
#include "proxy/upstream/not_served.h"
#include "proxy/upstream/prefix_holder.h"
#include "proxy/upstream/worker_speed.h"

namespace banto::upstream {

// What an operator requests; separate from health, survives reloads.
enum class AdminState : uint8_t {
  kReady,     // normal
  kDraining,  // finishes running requests, gets no new ones
  kDisabled,  // like draining, and not probed
};

class alignas(64) WorkerState {
 public:
  // `prefixes`: of its KV cache; nullptr: nobody asks what is in it.
  explicit WorkerState(std::string name, std::unique_ptr<PrefixHolder> prefixes = nullptr)
      : prefix_id_(prefixes ? prefixes->id() : uint16_t{0}),
        name_(std::move(name)),
        prefixes_(std::move(prefixes)) {}
  const std::string& name() const { return name_; }

  // Changed only by InFlight guards. seq_cst: the proof in wait_queue.cc rests on this read.
  int in_flight() const { return in_flight_.load(std::memory_order_seq_cst); }
  // Tokens of prompts that await their first token, without those that it has in its KV cache.
  int64_t awaited_tokens() const { return awaited_tokens_.load(std::memory_order_relaxed); }
  // Tokens of the prompts of all requests in flight.
  int64_t kv_tokens() const { return kv_tokens_.load(std::memory_order_relaxed); }
  // Number of queues with waiters whose group contains this worker; maintained by WaitQueue. A
  // release reads this first.
  std::atomic<int>& waiters() { return waiters_; }
  bool Full(int max_in_flight) const { return max_in_flight > 0 && in_flight() >= max_in_flight; }

  // Health as last published by the control plane, with a printable reason.
  void SetVerdict(health::Verdict verdict, std::string reason);
  health::Verdict verdict() const { return verdict_.load(std::memory_order_acquire); }
  std::string reason() const;
  bool Healthy() const {  // by active checks
    return verdict() == health::Verdict::kHealthy || verdict() == health::Verdict::kUnknown;
  }

  health::PassiveChecker& passive() { return passive_; }
  const health::PassiveChecker& passive() const { return passive_; }

  // Requests that came past us, as far as its engine tells.
  int past_us() const { return past_us_.load(std::memory_order_relaxed); }
  void SetPastUs(int requests) { past_us_.store(requests, std::memory_order_relaxed); }

  // nullptr: not kept.
  PrefixHolder* prefixes() const { return prefixes_.get(); }
  uint16_t prefix_id() const { return prefix_id_; }  // 0: none
  WorkerSpeed& speed() { return speed_; }
  const WorkerSpeed& speed() const { return speed_; }

  LearnedModels& learned() { return learned_; }
  NotServed& not_served() { return not_served_; }
  // Models that it refused (401, 403) to a key for which another worker served them.
  NotServed& refuses() { return refuses_; }
  // Paths at which it refused a stream because it was asked for its usage.
  NotServed& usage_refused() { return usage_refused_; }

  // Whether its last answer to a browser showed an origin list of its own.
  bool judges_pages() const { return judges_pages_.load(std::memory_order_relaxed); }
  void SetJudgesPages(bool judges) { judges_pages_.store(judges, std::memory_order_relaxed); }

  // The model that was asked for last (Demand::model).
  uint64_t last_model() const { return last_model_.load(std::memory_order_relaxed); }

  AdminState admin_state() const { return admin_.load(std::memory_order_relaxed); }
  void SetAdminState(AdminState s) { admin_.store(s, std::memory_order_relaxed); }

 private:
  friend class InFlight;
  // What every pick reads of every candidate is one cache line: from the end of speed_, which
  // learns in the line before, to the beginning of passive_.
  WorkerSpeed speed_;
  std::atomic<int> in_flight_{0}, past_us_{0};
  std::atomic<int64_t> awaited_tokens_{0}, kv_tokens_{0};
  std::atomic<int> waiters_{0};
  std::atomic<health::Verdict> verdict_{health::Verdict::kUnknown};
  std::atomic<AdminState> admin_{AdminState::kReady};
  const uint16_t prefix_id_;
  health::PassiveChecker passive_;

  std::atomic<bool> judges_pages_{false};
  std::atomic<uint64_t> last_model_{0};
  const std::string name_;
  const std::unique_ptr<PrefixHolder> prefixes_;
  LearnedModels learned_;
  NotServed not_served_, refuses_, usage_refused_;
  mutable std::mutex reason_mutex_;
  std::string reason_;  // guarded by reason_mutex_
};

// A worker as seen by one snapshot. Immutable.
struct Worker {
  std::shared_ptr<WorkerState> state;  // first, beside the settings that every pick reads
  conf::Worker settings;
  api::WorkerKind kind = api::WorkerKind::kAuto;  // resolved: never kAuto once facts are known
  conf::WorkerPath path;                          // path.prefix precedes every requested path
  net::TlsContext* tls = nullptr;                 // owned by the process; nullptr for http://
  api::Engines engines = 0;                       // what it serves, as far as that is known
  // It bills per request: not retried if it may have done the work already.
  bool bills = false;
  bool external = false;  // somebody else's: gets only what it needs (conf::IsExternal)
  bool local = true;      // what it is told stays in the house: at a private address, or said so
  bool own_key = false;   // it is never asked with a client's key
  // The Host and Authorization fields of every request to it, computed once; empty: the client's.
  std::string host, authorization;

  const std::string& name() const { return state->name(); }
  // Whether it may be chosen: healthy, neither draining nor full. The picker considers ejection and
  // cool-down.
  bool Available() const {
    return state->Healthy() && state->admin_state() == AdminState::kReady &&
           !state->Full(settings.max_in_flight);
  }
};
using WorkerPtr = std::shared_ptr<const Worker>;

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_WORKER_H_
