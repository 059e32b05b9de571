#include "cache/circuit_breaker.h"

#include <algorithm>

namespace banto::cache {

void CircuitBreaker::OnSuccess() {
  if (open_) return;  // a reply that came after the decision
  failures_ = 0;
  probe_ms_ = kProbeMinMs;
}

bool CircuitBreaker::OnFailure() {
  ++failures_;
  return failures_ >= kFailuresToOpen && Trip();
}

bool CircuitBreaker::Trip() {
  const bool was_closed = !open_;
  open_ = true;
  failures_ = 0;
  return was_closed;
}

bool CircuitBreaker::OnProbeSuccess() {
  const bool was_open = open_;
  open_ = false;
  failures_ = 0;
  return was_open;
}

int64_t CircuitBreaker::NextProbeMs(uint64_t random) {
  const int64_t base = probe_ms_;
  probe_ms_ = std::min(2 * probe_ms_, kProbeMaxMs);
  const int64_t span = base / 2;
  const auto jitter = static_cast<int64_t>(random % static_cast<uint64_t>(span + 1));
  return std::min(base - base / 4 + jitter, kProbeMaxMs);
}

}  // namespace banto::cache
