// A thread's reactor: sockets and signals through libevent (event_base.h), timers (timer_wheel.h),
// posted tasks and work deferred to the end of a turn. Each ProxyThread owns one, as does the
// control plane (main thread). Loop thread only, except Post() and Stop().
#ifndef BANTO_PROXY_NET_EVENT_LOOP_H_
#define BANTO_PROXY_NET_EVENT_LOOP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "proxy/net/event_base.h"
#include "proxy/net/read_batch.h"
#include "proxy/net/send_batch.h"
#include "proxy/net/task.h"
#include "proxy/net/timer_wheel.h"
#include "proxy/net/watcher.h"

namespace banto::net {

// Base of objects that DestroyLater() takes.
class Deferred {
 public:
  virtual ~Deferred() = default;
};

// Work that runs once at the end of the turn in which it was requested (Redis sends a turn's
// commands in one write). Owned by the caller; destroying it cancels it.
class TurnEnd {
 public:
  virtual ~TurnEnd();
  virtual void OnTurnEnd() = 0;

 private:
  friend class EventLoop;
  class EventLoop* loop_ = nullptr;  // the loop that lists it, or nullptr
};

class EventLoop final {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs turns until Stop(). Makes the calling thread the loop's thread.
  void Run();
  // Any thread. Run() returns after the current turn.
  void Stop();
  // Any thread. Runs `task` on the loop's thread in a later turn, in posting order per thread.
  // Tasks left when the loop is destroyed are destroyed without running.
  void Post(Task task);

  // `on_signal` runs when the process receives the signal. One loop per process only.
  void HandleSignal(int number, EventBase::OnSignal on_signal);

  // Destroys `object` at the end of this turn, when none of its callbacks is on the stack.
  void DestroyLater(std::unique_ptr<Deferred> object);
  // Calls work->OnTurnEnd() once at the end of this turn, however often it is requested.
  void AtTurnEnd(TurnEnd* work);

  // The steady clock, read as rarely as possible: milliseconds once a turn, microseconds when a
  // callback first asks; a batch of reads (read_batch.h) counts as one callback.
  int64_t NowMs() const {
    if (!turn_clock_fresh_) UpdateTurnClock();
    return now_ms_;
  }
  int64_t CallbackUs() const {
    if (!callback_clock_fresh_) UpdateCallbackClock();
    return callback_us_;
  }
  static int64_t NowUs();
  // The wall clock at a given steady time. Follows steps of the wall clock within 1 s.
  int64_t WallUs(int64_t steady_us) const;
  int64_t WallMs() const { return WallUs(NowMs() * 1000) / 1000; }  // as of this turn
  int64_t WallSeconds() const { return WallMs() / 1000; }

  // For Timer: passes `node` to Timer::OnDue at `at_ms`.
  void File(TimerNode* node, int64_t at_ms);
  // For code that dispatches events: a new callback begins.
  void BeginCallback() { callback_clock_fresh_ = false; }

  // 256 KiB for the running callback to read into; the next callback overwrites it.
  char* scratch() { return scratch_.get(); }
  // Replaces the scratch memory by pages that are not resident yet. Posted tasks only.
  void RenewScratch();
  static constexpr size_t kScratchBytes = size_t{256} * 1024;

  // How late the last posted wake-up ran (the loop's lag, a metric). Any thread.
  int64_t LagUs() const { return lag_us_.load(std::memory_order_relaxed); }

  EventBase* base() { return &base_; }
  // Reads `stream` now and reports it once the turn's other streams have been read too.
  void ReadSoon(ReadBatch::Member* stream);
  ReadBatch* reads() { return &reads_; }
  SendBatch* sends() { return &sends_; }

 private:
  friend class TurnEnd;
  struct WakeUp final : Watcher {
    explicit WakeUp(EventLoop* woken);
    ~WakeUp();
    void OnEvents(short /*what*/) override { loop->RunPosted(); }
    EventLoop* const loop;
    const int fd;
  };
  void BeginTurn() { turn_clock_fresh_ = callback_clock_fresh_ = false; }
  void DispatchEvents();
  void RunPosted();
  void RingTimers();
  void EndTurn();
  void FinishTurn();
  void FinishBatch();
  void UpdateTurnClock() const;
  void UpdateCallbackClock() const;
  void Wake();

  EventBase base_{[this] { EndTurn(); }};
  WakeUp wake_up_{this};
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> lag_us_{0};
  // Read on first use, so that turns which need no time do not pay for it. Never older than the
  // turn.
  mutable int64_t now_ms_ = 0, callback_us_ = 0;
  mutable int64_t wall_offset_us_ = 0, wall_offset_at_us_ = 0;  // 0: never read
  mutable bool turn_clock_fresh_ = false, callback_clock_fresh_ = false;
  bool in_turn_ = false;
  TimerWheel wheel_{NowUs() / 1000};
  int64_t rings_at_ms_ = TimerWheel::kNever;  // the wheel's next deadline
  std::mutex posted_mutex_;
  std::vector<Task> posted_;     // guarded by posted_mutex_
  int64_t posted_since_us_ = 0;  // guarded by posted_mutex_: when the oldest task was posted
  std::vector<Task> running_;
  std::vector<std::unique_ptr<Deferred>> doomed_;
  std::vector<TurnEnd*> turn_ends_;
  std::unique_ptr<char[]> scratch_;
  ReadBatch reads_;
  SendBatch sends_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_EVENT_LOOP_H_
