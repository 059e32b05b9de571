// One thread's reactor: sockets and signals by libevent (event_base.h), timers (timer_wheel.h),
// posted work and what is put off to a turn's end. Each ProxyThread owns one, the control plane
// (main thread) owns one. Everything but Post() and Stop() is for the loop's own thread.
#ifndef BANTO_PROXY_NET_EVENT_LOOP_H_
#define BANTO_PROXY_NET_EVENT_LOOP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "proxy/net/event_base.h"
#include "proxy/net/read_batch.h"
#include "proxy/net/send_batch.h"
#include "proxy/net/task.h"
#include "proxy/net/timer_wheel.h"
#include "proxy/net/watcher.h"

namespace banto::net {

// What may be handed to DestroyLater().
class Deferred {
 public:
  virtual ~Deferred() = default;
};

// Work that runs once at the end of the turn in which it was asked for (Redis sends there all
// commands of a turn in one write). Owned by the caller; Cancel by destroying is allowed.
class TurnEnd {
 public:
  virtual ~TurnEnd();
  virtual void OnTurnEnd() = 0;

 private:
  friend class EventLoop;
  class EventLoop* loop_ = nullptr;  // where it is listed now, else nullptr
};

class EventLoop final {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs turns until Stop(). The calling thread becomes the loop's thread.
  void Run();
  // From any thread: Run() returns after the turn in progress.
  void Stop();
  // From any thread: runs `task` on the loop's thread in a later turn. Tasks posted by one thread
  // keep their order. Tasks that are left when the loop is destroyed are destroyed unrun.
  void Post(Task task);

  // `heard` is called when the process gets the signal. For one loop of a process.
  void HearSignal(int number, EventBase::Heard heard);

  // Destroys `object` at the end of this turn, when no callback of it is on the stack.
  void DestroyLater(std::unique_ptr<Deferred> object);
  // Calls work->OnTurnEnd() once at the end of this turn; asking twice is asking once.
  void AtTurnEnd(TurnEnd* work);

  // The steady clock, read as seldom as may be (a reading costs 25 to 40 ns here, and a request
  // used to make twelve): milliseconds once a turn, microseconds when a callback first asks; a
  // batch of reads (read_batch.h) is one callback.
  int64_t NowMs() const {
    if (!turn_clock_fresh_) UpdateTurnClock();
    return now_ms_;
  }
  int64_t CallbackUs() const {
    if (!callback_clock_fresh_) UpdateCallbackClock();
    return callback_us_;
  }
  static int64_t NowUs();
  // The wall clock at a moment of the steady clock. Steps of the wall clock are seen within 1 s.
  int64_t WallUs(int64_t steady_us) const;
  int64_t WallMs() const { return WallUs(NowMs() * 1000) / 1000; }  // as of this turn
  int64_t WallSeconds() const { return WallMs() / 1000; }

  // For Timer: `node` is given to Timer::OnDue when its time has come.
  void File(TimerNode* node, int64_t at_ms);
  // For whoever is called by an event: a callback begins.
  void BeginCallback() { callback_clock_fresh_ = false; }

  // 256 KiB that a callback may read into; its content is gone with the next callback.
  char* scratch() { return scratch_.get(); }
  // A new one whose pages are not in memory yet. From a posted task only.
  void RenewScratch();
  static constexpr size_t kScratchBytes = size_t{256} * 1024;

  // How late the last posted wake-up ran: the loop's lag, for the metrics. Any thread.
  int64_t LagUs() const { return lag_us_.load(std::memory_order_relaxed); }

  bool InLoopThread() const {
    return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  EventBase* base() { return &base_; }
  // `stream` is readable: it is read now and told when the turn's other reads are done too.
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
  void TellEvents();
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
  std::atomic<std::thread::id> thread_;
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> lag_us_{0};
  // Read on first use: who asks for no time pays for none. Never older than the turn.
  mutable int64_t now_ms_ = 0, callback_us_ = 0;
  mutable int64_t wall_offset_us_ = 0, wall_offset_at_us_ = 0;  // 0: never read
  mutable bool turn_clock_fresh_ = false, callback_clock_fresh_ = false;
  bool in_turn_ = false;
  TimerWheel wheel_{NowUs() / 1000};
  int64_t rings_at_ms_ = TimerWheel::kNever;  // the wheel's next moment
  std::mutex posted_mutex_;
  std::vector<Task> posted_;     // guarded by posted_mutex_
  int64_t posted_since_us_ = 0;  // guarded by posted_mutex_: when the oldest task came
  std::vector<Task> running_;
  std::vector<std::unique_ptr<Deferred>> doomed_;
  std::vector<TurnEnd*> turn_ends_;
  std::unique_ptr<char[]> scratch_;
  ReadBatch reads_;
  SendBatch sends_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_EVENT_LOOP_H_
