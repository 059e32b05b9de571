// Decides when to stop using Redis and when to try again. Pure arithmetic: no clock, no timer, no
// I/O. RedisLink owns one per thread and drives it.
#ifndef BANTO_CACHE_CIRCUIT_BREAKER_H_
#define BANTO_CACHE_CIRCUIT_BREAKER_H_

#include <cstdint>

namespace banto::cache {

class CircuitBreaker {
 public:
  static constexpr int kFailuresToOpen = 5;
  static constexpr int64_t kProbeMinMs = 100;
  static constexpr int64_t kProbeMaxMs = 5000;

  // Open: send no commands; probes find out when Redis has recovered.
  bool open() const { return open_; }

  // An operation succeeded: resets the failures and the back-off.
  void OnSuccess();
  // An operation failed or timed out. True if this opened the breaker.
  bool OnFailure();
  // Opens immediately (a connect failed, a command is overdue). True if it was closed.
  bool Trip();
  // Whether something has succeeded since the last probes: then the next need not wait, because the
  // cause may already be gone.
  bool rested() const { return probe_ms_ == kProbeMinMs; }
  // A probe succeeded. True if this closed the breaker. The back-off stays until OnSuccess(): a
  // Redis that answers PING and nothing else must not be tried ever faster.
  bool OnProbeSuccess();
  // The delay before the next probe: doubles with every call from 100 ms to 5 s, within ±25 %
  // chosen by `random`, so that replicas do not return all at once.
  int64_t NextProbeMs(uint64_t random);

 private:
  bool open_ = false;
  int failures_ = 0;  // consecutive
  int64_t probe_ms_ = kProbeMinMs;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_CIRCUIT_BREAKER_H_
