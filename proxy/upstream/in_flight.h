// RAII guard that counts one request at one worker, from the pick until the last byte, the error or
// the cancellation. Move-only. Its existence is the count, so no path can forget to release it. Any
// thread may destroy it. The WaitQueue it was taken with (nullptr: none) must outlive it.
#ifndef BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_
#define BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_

#include <cstdint>
#include <utility>

#include "proxy/upstream/demand.h"
#include "proxy/upstream/pick_reason.h"
#include "proxy/upstream/worker.h"

namespace banto::upstream {

class WaitQueue;

class InFlight {
 public:
  InFlight() = default;
  // Takes a slot by compare-and-swap against the limit; returns an empty guard if the worker is
  // full. `reason`: of the pick; what it says of the prompt counts as the worker's from now on.
  static InFlight TryTake(WorkerPtr worker, WaitQueue* queue, PickReason reason = {},
                          DemandPtr demand = nullptr);
  InFlight(InFlight&& other) noexcept : held_(std::exchange(other.held_, {})) {}
  InFlight& operator=(InFlight&& other) noexcept;
  ~InFlight() { Release(); }

  explicit operator bool() const { return held_.worker != nullptr; }
  const WorkerPtr& worker() const { return held_.worker; }
  const PickReason& reason() const { return held_.reason; }
  // The first token came, so long after the request was sent: its prompt is read, and from now on
  // only the request itself counts. Teaches how fast the worker is.
  void FirstToken(int64_t after_us, int64_t now_ms);
  // The prompt should have been read by now, although nothing says so: it counts no more.
  void AssumeRead();
  // How much of its prompt the worker was expected to have.
  CachedTokens Expected() const;
  // The worker answers, so it has read the prompt.
  void ReleasePrompt();
  // Frees the slot now, or hands it to the oldest waiter. Returns the worker it belonged to.
  WorkerPtr Release();

 private:
  // What it counts for.
  enum class Prompt : uint8_t {
    kNone,     // nothing is known of it, or the slot is empty
    kAwaited,  // its first token is awaited: if that never comes, the worker does not have it
    kAssumed,  // it does not count any more, but is not known to be there either
    kRead,     // it is in the worker's KV cache
  };

  struct Held {
    WorkerPtr worker;
    WaitQueue* queue = nullptr;
    PickReason reason;
    DemandPtr demand;  // until it is known to be read
    Prompt prompt = Prompt::kNone;
    uint32_t kept_blocks = 0;   // of the prompt's beginning, which the worker had before
    uint32_t kept_session = 0;  // likewise
    bool lately = false;        // that beginning was sent a moment ago
  };

  int64_t PromptTokens() const;
  int64_t UncachedTokens() const;
  void Count();
  void Forget();

  Held held_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_IN_FLIGHT_H_
