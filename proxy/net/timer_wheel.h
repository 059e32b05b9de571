// A loop's deadlines in milliseconds as a hierarchical timing wheel (Varghese and Lauck, 1987):
// adding, moving and removing cost a few stores whatever their number; a heap would pay for each
// request's deadline, which is nearly always removed before it expires. Pure data: the caller
// passes the time. Loop thread only.
#ifndef BANTO_PROXY_NET_TIMER_WHEEL_H_
#define BANTO_PROXY_NET_TIMER_WHEEL_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace banto::net {

// An entry of the wheel, embedded in its owner; destroying it removes it.
class TimerNode {
 public:
  TimerNode() = default;
  TimerNode(const TimerNode&) = delete;
  TimerNode& operator=(const TimerNode&) = delete;

  // When it is due; meaningless unless filed().
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
  // Unlinks the nodes still filed, which live on.
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Adds or moves `node` to `at_ms`. A time in the past is due at the next Advance().
  void File(TimerNode* node, int64_t at_ms);
  // Moves time forward; TakeDue() then returns what became due.
  void Advance(int64_t now_ms);
  // Removes and returns the next node that the last Advance() found due; nullptr if there is none.
  // Its callback may file and remove any node; what it files waits for a later Advance().
  TimerNode* TakeDue();
  // Nothing is due before this; kNever if the wheel is empty. May be early, never late.
  int64_t NextMs() const;

 private:
  struct Slot : TimerNode {
    Slot() { next_ = prev_ = this; }
    ~Slot() { next_ = prev_ = nullptr; }
    bool empty() const { return next_ == this; }
    void Append(TimerNode* node);
    void AppendAll(Slot* from);
  };
  // Slots of 1 ms, 256 ms, 16 s and 17 min. Deadlines beyond all of them (18 h) are refiled as they
  // draw near.
  static constexpr int kLevels = 4;
  static constexpr std::array<int, kLevels> kShift = {0, 8, 14, 20};
  static constexpr std::array<int64_t, kLevels> kSlots = {256, 64, 64, 64};
  static constexpr size_t kSlotsInAll = 256 + 3 * 64;
  static constexpr size_t kWords = kSlotsInAll / 64;
  static constexpr std::array<size_t, kLevels> kFirst = {0, 256, 320, 384};

  void Place(TimerNode* node);
  void Cascade();
  int64_t NextSlotMs() const;
  // The start of the first slot of `level` after now_ms_ that may be occupied.
  int64_t NextOf(int level) const;

  int64_t now_ms_;  // everything up to here is due
  Slot due_;        // due at the next Advance()
  Slot given_;      // TakeDue() takes from here
  std::array<Slot, kSlotsInAll> slots_;
  std::array<uint64_t, kWords> bits_{};  // 0: that slot is empty
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TIMER_WHEEL_H_
