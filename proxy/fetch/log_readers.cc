#include "proxy/fetch/log_readers.h"

#include <algorithm>

namespace banto {

void LogReaders::Wake() {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  loop_->Post([self = shared_from_this()] {
    self->woken_.store(false, std::memory_order_release);
    self->Tell();
  });
}

void LogReaders::Tell() {
  const bool walks = telling_ || next_ > 0;
  again_ = again_ || walks;
  if (!walks) TellSome();
}

void LogReaders::TellSome() {
  telling_ = true;
  const size_t until = std::min(readers_.size(), next_ + kPerTurn);
  for (; next_ < until; ++next_) {
    if (readers_[next_] != nullptr) readers_[next_]->OnLogNews();
  }
  telling_ = false;
  if (next_ < readers_.size()) {
    loop_->Post([self = shared_from_this()] { self->TellSome(); });
    return;
  }
  next_ = 0;
  std::erase(readers_, nullptr);
  if (again_) Wake();
  again_ = false;
}

void LogReaders::Remove(LogReader* reader) {
  const auto found = std::find(readers_.begin(), readers_.end(), reader);
  if (found == readers_.end()) return;
  *found = nullptr;  // their order is being walked
  if (next_ == 0 && !telling_) readers_.erase(found);
}

}  // namespace banto
