#include "proxy/net/timer.h"

namespace banto::net {

void Timer::OnDue() {
  if (deadline_ms_ == kNever) return;
  if (deadline_ms_ > loop_->NowMs()) return loop_->File(this, deadline_ms_);  // it was moved on
  deadline_ms_ = kNever;
  on_expiry_();  // may have destroyed this timer: nothing comes after it
}

}  // namespace banto::net
