// When to stop asking Redis, and when to try again. Pure arithmetic: no clock, no timer, no I/O;
// RedisLink owns one per thread and drives it.
#ifndef BANTO_CACHE_CIRCUIT_BREAKER_H_
#define BANTO_CACHE_CIRCUIT_BREAKER_H_

#include <cstdint>

namespace banto::cache {

class CircuitBreaker {
 public:
  static constexpr int kFailuresToOpen = 5;
  static constexpr int64_t kProbeMinMs = 100;
  static constexpr int64_t kProbeMaxMs = 5000;

  // Closed: ask. Open: do not, a probe finds out when it is well again.
  bool open() const { return open_; }

  // An operation went well: failures are forgotten, and so is how long the last outage was.
  void OnSuccess();
  // An operation failed or timed out. True when this one opened the breaker.
  bool OnFailure();
  // Opens at once (a connect failed, a command is overdue). True when it was closed.
  bool Trip();
  // Whether something has gone well since the last probes: then the next need not wait, for what
  // opened it may be over by now.
  bool rested() const { return probe_ms_ == kProbeMinMs; }
  // A probe went well. True when this closed it. The back-off is kept until OnSuccess(): a Redis
  // that answers PING and nothing else must not be asked ever faster.
  bool OnProbeSuccess();
  // How long to wait for the next probe: doubles with every call from 100 ms to 5 s, within ±25 %
  // chosen by `random`, so that replicas do not come back all at once.
  int64_t NextProbeMs(uint64_t random);

 private:
  bool open_ = false;
  int failures_ = 0;  // in a row
  int64_t probe_ms_ = kProbeMinMs;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_CIRCUIT_BREAKER_H_
