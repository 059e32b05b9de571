#include "proxy/net/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace banto::net {

void TimerWheel::Slot::Append(TimerNode* node) {
  node->next_ = this;
  node->prev_ = prev_;
  prev_->next_ = node;
  prev_ = node;
}

void TimerWheel::Slot::AppendAll(Slot* from) {
  if (from->empty()) return;
  from->next_->prev_ = prev_;
  from->prev_->next_ = this;
  prev_->next_ = from->next_;
  prev_ = from->prev_;
  from->next_ = from->prev_ = from;
}

TimerWheel::TimerWheel(int64_t now_ms) : now_ms_(now_ms) {}

TimerWheel::~TimerWheel() {
  while (!due_.empty()) due_.next_->TakeOut();
  while (!given_.empty()) given_.next_->TakeOut();
  for (Slot& slot : slots_) {
    while (!slot.empty()) slot.next_->TakeOut();
  }
}

void TimerWheel::File(TimerNode* node, int64_t at_ms) {
  node->TakeOut();
  node->at_ms_ = at_ms;
  Place(node);
}

void TimerWheel::Place(TimerNode* node) {
  if (node->at_ms_ <= now_ms_) return due_.Append(node);
  int level = 0;
  // Counted in slots of the level, so that a full revolution never lands in the slot just left.
  while (level + 1 < kLevels && (node->at_ms_ >> kShift[static_cast<size_t>(level)]) -
                                        (now_ms_ >> kShift[static_cast<size_t>(level)]) >=
                                    kSlots[static_cast<size_t>(level)]) {
    ++level;
  }
  const auto at = static_cast<size_t>(level);
  const int64_t furthest = (now_ms_ >> kShift[at]) + kSlots[at] - 1;
  const int64_t turn = std::min(node->at_ms_ >> kShift[at], furthest);
  const size_t slot = kFirst[at] + static_cast<size_t>(turn & (kSlots[at] - 1));
  slots_[slot].Append(node);
  bits_[slot / 64] |= uint64_t{1} << (slot % 64);
}

void TimerWheel::Advance(int64_t now_ms) {
  given_.AppendAll(&due_);
  while (now_ms_ < now_ms) {
    now_ms_ = std::min(NextSlotMs(), now_ms);
    Cascade();
  }
  given_.AppendAll(&due_);
}

// Time has reached the start of a slot: move its nodes to finer slots, or make them due.
void TimerWheel::Cascade() {
  for (size_t level = kLevels; level-- > 0;) {
    const int64_t mask = (int64_t{1} << kShift[level]) - 1;
    if ((now_ms_ & mask) != 0) continue;
    const int64_t turn = (now_ms_ >> kShift[level]) & (kSlots[level] - 1);
    const size_t slot = kFirst[level] + static_cast<size_t>(turn);
    bits_[slot / 64] &= ~(uint64_t{1} << (slot % 64));
    Slot moving;
    moving.AppendAll(&slots_[slot]);
    while (!moving.empty()) {
      TimerNode* node = moving.next_;
      node->TakeOut();
      Place(node);
    }
  }
}

TimerNode* TimerWheel::TakeDue() {
  if (given_.empty()) return nullptr;
  TimerNode* node = given_.next_;
  node->TakeOut();
  return node;
}

int64_t TimerWheel::NextMs() const {
  return due_.empty() && given_.empty() ? NextSlotMs() : now_ms_;
}

int64_t TimerWheel::NextSlotMs() const {
  int64_t next_ms = kNever;
  for (int level = 0; level < kLevels; ++level) next_ms = std::min(next_ms, NextOf(level));
  return next_ms;
}

int64_t TimerWheel::NextOf(int level) const {
  const auto at = static_cast<size_t>(level);
  const int64_t turn = now_ms_ >> kShift[at];
  for (int64_t ahead = 1; ahead <= kSlots[at];) {
    const auto slot = static_cast<size_t>((turn + ahead) & (kSlots[at] - 1));
    const size_t in_word = slot % 64;
    const uint64_t word = bits_[(kFirst[at] + slot) / 64] >> in_word;
    if (word == 0) {
      ahead += static_cast<int64_t>(64 - in_word);
      continue;
    }
    ahead += std::countr_zero(word);
    return ahead <= kSlots[at] ? (turn + ahead) << kShift[at] : kNever;
  }
  return kNever;
}

}  // namespace banto::net
