#include "proxy/client/request_queue.h"

#include <algorithm>

namespace banto {

void RequestQueue::Waiter::LeaveQueue() {
  if (queue_ == nullptr) return;
  (before_ != nullptr ? before_->behind_ : queue_->first_) = behind_;
  (behind_ != nullptr ? behind_->before_ : queue_->last_) = before_;
  before_ = behind_ = nullptr;
  queue_ = nullptr;
}

void RequestQueue::Await(Waiter* waiter) {
  if (waiter->queue_ != nullptr) return;
  waiter->queue_ = this;
  waiter->before_ = last_;
  (last_ != nullptr ? last_->behind_ : first_) = waiter;
  last_ = waiter;
  if (!next_turn_.armed()) next_turn_.Set(0);
}

// Visiting a waiter that takes up nothing counts too.
void RequestQueue::OnTurn() {
  for (int left = kRequestsPerTurn; left > 0 && first_ != nullptr;) {
    Waiter* const waiter = first_;
    waiter->LeaveQueue();
    left -= std::max(1, waiter->TakeTurn(left));
  }
  if (first_ != nullptr) next_turn_.Set(0);
}

}  // namespace banto
