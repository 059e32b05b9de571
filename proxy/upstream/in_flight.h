// RAII guard that counts one request at one worker, from the pick until the last byte, the error or
// the cancellation. Move-only. Its existence is the count, so no path can forget to release it. Any
// thread may destroy it. The WaitQueue it was taken with (nullptr: none) must outlive it.
#ifndef BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_
#define BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_

#include <cstdint>

#include "proxy/upstream/worker.h"

namespace banto::upstream {

class WaitQueue;

class InFlight {
 public:
  InFlight() = default;
  // Takes a slot by compare-and-swap against the limit; returns an empty guard if the worker is
  // full.
  static InFlight TryTake(WorkerPtr worker, int64_t prompt_bytes, WaitQueue* queue);
  InFlight(InFlight&& other) noexcept;
  InFlight& operator=(InFlight&& other) noexcept;
  ~InFlight() { Release(); }

  explicit operator bool() const { return worker_ != nullptr; }
  const WorkerPtr& worker() const { return worker_; }
  // The first byte came, so the prompt is processed: from now on only the request itself counts.
  void ReleasePrompt();
  // Frees the slot now, or hands it to the oldest waiter. Returns the worker it belonged to.
  WorkerPtr Release();

 private:
  WorkerPtr worker_;
  WaitQueue* queue_ = nullptr;
  int64_t prompt_bytes_ = 0;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_
