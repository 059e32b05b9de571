#include "proxy/net/timer.h"

namespace banto::net {

void Timer::OnDue() {
  if (deadline_ms_ == kNever) return;
  if (deadline_ms_ > loop_->NowMs())
    return loop_->File(this, deadline_ms_);  // the deadline was moved back
  deadline_ms_ = kNever;
  on_expiry_();  // may destroy this timer, so it comes last
}

}  // namespace banto::net
