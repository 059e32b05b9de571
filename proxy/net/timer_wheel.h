// Deadlines of one loop, in whole milliseconds, as a hierarchical wheel (Varghese and Lauck, 1987):
// filing, refiling and taking out cost a few stores each, however many there are; a heap would pay
// for each request's deadline, which is nearly always taken out unexpired. Pure data: time comes in
// with the calls. Loop thread only.
#ifndef BANTO_PROXY_NET_TIMER_WHEEL_H_
#define BANTO_PROXY_NET_TIMER_WHEEL_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace banto::net {

// A place in the wheel; embedded in whatever waits. Taken out by its destruction.
class TimerNode {
 public:
  TimerNode() = default;
  TimerNode(const TimerNode&) = delete;
  TimerNode& operator=(const TimerNode&) = delete;

  // When the wheel gives it out; meaningless unless filed().
  int64_t at_ms() const { return at_ms_; }
  bool filed() const { return next_ != nullptr; }
  void TakeOut() {
    if (next_ == nullptr) return;
    next_->prev_ = prev_;
    prev_->next_ = next_;
    next_ = prev_ = nullptr;
  }

 protected:
  ~TimerNode() { TakeOut(); }

 private:
  friend class TimerWheel;
  TimerNode* next_ = nullptr;
  TimerNode* prev_ = nullptr;
  int64_t at_ms_ = 0;
};

class TimerWheel {
 public:
  static constexpr int64_t kNever = INT64_MAX;

  explicit TimerWheel(int64_t now_ms);
  // Whoever is still filed is let go; the nodes live on.
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Files `node` (anew) for `at_ms`. A time that has passed is due at the next Advance().
  void File(TimerNode* node, int64_t at_ms);
  // Moves time forward; what became due is then given out by TakeDue().
  void Advance(int64_t now_ms);
  // The next node that the last Advance() found due, taken out; nullptr: none is left. The callback
  // that it leads to may file and take out any node; what it files is for a later Advance().
  TimerNode* TakeDue();
  // No node is due before this; kNever: the wheel is empty. May be early, never late.
  int64_t NextMs() const;

 private:
  struct Slot : TimerNode {
    Slot() { next_ = prev_ = this; }
    ~Slot() { next_ = prev_ = nullptr; }
    bool empty() const { return next_ == this; }
    void Append(TimerNode* node);
    void AppendAll(Slot* from);
  };
  // Slots of 1 ms, 256 ms, 16 s and 17 min. What lies beyond all (18 h) is refiled when its time is
  // nearer.
  static constexpr int kLevels = 4;
  static constexpr std::array<int, kLevels> kShift = {0, 8, 14, 20};
  static constexpr std::array<int64_t, kLevels> kSlots = {256, 64, 64, 64};
  static constexpr size_t kSlotsInAll = 256 + 3 * 64;
  static constexpr size_t kWords = kSlotsInAll / 64;
  static constexpr std::array<size_t, kLevels> kFirst = {0, 256, 320, 384};

  void Place(TimerNode* node);
  void Cascade();
  int64_t NextSlotMs() const;
  // The first moment after now_ms_ at which a slot of `level` that may hold something begins.
  int64_t NextOf(int level) const;

  int64_t now_ms_;  // all up to here is due
  Slot due_;        // waits for the next Advance()
  Slot given_;      // TakeDue() takes from here
  std::array<Slot, kSlotsInAll> slots_;
  std::array<uint64_t, kWords> bits_{};  // 0: that slot is empty
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TIMER_WHEEL_H_
