#include "proxy/upstream/worker.h"

namespace banto::upstream {

void WorkerState::SetVerdict(health::Verdict verdict, std::string reason) {
  {
    std::lock_guard lock(reason_mutex_);
    reason_ = std::move(reason);
  }
  // After the reason: a reader that sees "unhealthy" finds the reason for it.
  verdict_.store(verdict, std::memory_order_release);
}

std::string WorkerState::reason() const {
  std::lock_guard lock(reason_mutex_);
  return reason_;
}

// Or the line is no longer as worker.h says.
static_assert(sizeof(WorkerSpeed) % alignof(WorkerState) == WorkerSpeed::kReadBytes);

}  // namespace banto::upstream
