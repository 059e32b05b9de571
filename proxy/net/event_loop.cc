#include "proxy/net/event_loop.h"

#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "proxy/net/timer.h"

namespace banto::net {

TurnEnd::~TurnEnd() {
  if (loop_ == nullptr) return;
  // Cleared rather than erased: FinishTurn() may be iterating over the list.
  std::replace(loop_->turn_ends_.begin(), loop_->turn_ends_.end(), this,
               static_cast<TurnEnd*>(nullptr));
}

EventLoop::WakeUp::WakeUp(EventLoop* woken)
    : Watcher(&woken->base_), loop(woken), fd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // Edge-triggered: every write to an eventfd is an edge, so the counter need not be read.
  if (Watch(fd, EV_READ | EV_ET) != 0) {
    throw std::runtime_error("cannot create an event loop: out of descriptors or memory");
  }
}

EventLoop::WakeUp::~WakeUp() {
  Unwatch();
  close(fd);
}

EventLoop::EventLoop()
    // Left uninitialized: pages that no callback touches stay out of the resident set.
    : scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)) {}

EventLoop::~EventLoop() {
  FinishTurn();
  // Destroying a task may post another (handing on a slot), so repeat until none is left.
  for (;;) {
    std::vector<Task> left;
    {
      std::lock_guard lock(posted_mutex_);
      left.swap(posted_);
    }
    if (left.empty()) break;
    left.clear();
    FinishTurn();
  }
}

void EventLoop::RenewScratch() {
  scratch_.reset();
  scratch_ = std::make_unique_for_overwrite<char[]>(kScratchBytes);
}

void EventLoop::Run() {
  in_turn_ = true;
  BeginTurn();
  while (!stop_.load(std::memory_order_acquire)) {
    DispatchEvents();
    EndTurn();
  }
  // Reset here rather than at the top, so that a Stop() before Run() counts.
  stop_.store(false, std::memory_order_relaxed);
  in_turn_ = false;
  BeginTurn();
}

void EventLoop::EndTurn() {
  FinishBatch();
  // After the batch, which has already read the clock.
  if (NowMs() >= rings_at_ms_) RingTimers();
  FinishTurn();
  BeginTurn();
}

// Handles ready sockets, sleeping first if there are none.
void EventLoop::DispatchEvents() {
  base_.SleepUntil(rings_at_ms_);
  if (base_.DispatchAgain()) {
    base_.Poll();
  } else {
    base_.Sleep();
  }
}

void EventLoop::HandleSignal(int number, EventBase::OnSignal on_signal) {
  base_.HandleSignal(number, [this, on_signal = std::move(on_signal)](int which) {
    BeginCallback();
    on_signal(which);
  });
}

void EventLoop::Stop() {
  stop_.store(true, std::memory_order_release);
  Wake();
}

void EventLoop::Post(Task task) {
  bool first;
  {
    std::lock_guard lock(posted_mutex_);
    first = posted_.empty();
    if (first) posted_since_us_ = NowUs();
    posted_.push_back(std::move(task));
  }
  if (first) Wake();
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  // Cannot fail: the counter would need 2^64 wake-ups to block.
  [[maybe_unused]] const ssize_t written = write(wake_up_.fd, &one, sizeof(one));
}

void EventLoop::RunPosted() {
  int64_t since_us;
  {
    std::lock_guard lock(posted_mutex_);
    if (posted_.empty()) return;
    running_.swap(posted_);
    since_us = posted_since_us_;
  }
  lag_us_.store(NowUs() - since_us, std::memory_order_relaxed);
  for (Task& task : running_) {
    BeginCallback();
    task();
    // At once: what a task holds must not outlive the tasks that follow it.
    task = Task();
  }
  running_.clear();
}

void EventLoop::DestroyLater(std::unique_ptr<Deferred> object) {
  doomed_.push_back(std::move(object));
}

void EventLoop::AtTurnEnd(TurnEnd* work) {
  if (work->loop_ != nullptr) return;
  work->loop_ = this;
  turn_ends_.push_back(work);
}

void EventLoop::ReadSoon(ReadBatch::Member* stream) {
  // In a turn with a thousand streams the first must not wait for the last.
  if (reads_.full()) FinishBatch();
  reads_.Add(stream);
}

void EventLoop::FinishBatch() {
  BeginCallback();  // one timestamp for all: they were read together
  reads_.Deliver();
  sends_.Flush();
}

void EventLoop::FinishTurn() {
  FinishBatch();
  // Hooks may add hooks, and destructors may add either; none may wait for the next wake-up.
  while (!turn_ends_.empty() || !sends_.empty() || !doomed_.empty()) {
    BeginCallback();
    for (size_t i = 0; i < turn_ends_.size(); ++i) {
      TurnEnd* work = std::exchange(turn_ends_[i], nullptr);
      if (work == nullptr) continue;
      work->loop_ = nullptr;
      work->OnTurnEnd();
    }
    turn_ends_.clear();
    sends_.Flush();
    for (size_t i = 0; i < doomed_.size(); ++i) {
      const std::unique_ptr<Deferred> object = std::move(doomed_[i]);
    }
    doomed_.clear();
  }
}

int64_t EventLoop::NowUs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

void EventLoop::UpdateTurnClock() const {
  now_ms_ = CallbackUs() / 1000;
  // Outside Run() there are no turns that would refresh the value.
  turn_clock_fresh_ = in_turn_;
}

void EventLoop::UpdateCallbackClock() const {
  callback_us_ = NowUs();
  callback_clock_fresh_ = in_turn_;
}

int64_t EventLoop::WallUs(int64_t steady_us) const {
  constexpr int64_t kTrustUs = 1'000'000;
  if (wall_offset_at_us_ == 0 || steady_us - wall_offset_at_us_ >= kTrustUs || !in_turn_) {
    timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    wall_offset_at_us_ = NowUs();
    wall_offset_us_ = int64_t{wall.tv_sec} * 1'000'000 + wall.tv_nsec / 1000 - wall_offset_at_us_;
  }
  return steady_us + wall_offset_us_;
}

void EventLoop::File(TimerNode* node, int64_t at_ms) {
  wheel_.File(node, at_ms);
  rings_at_ms_ = std::min(rings_at_ms_, at_ms);
}

void EventLoop::RingTimers() {
  wheel_.Advance(NowMs());
  while (TimerNode* node = wheel_.TakeDue()) {
    BeginCallback();
    static_cast<Timer*>(node)->OnDue();
  }
  rings_at_ms_ = wheel_.NextMs();
}

}  // namespace banto::net
