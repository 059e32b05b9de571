// One try of a Fetch at one worker: holds its slot, gets a connection (pooled or new), sends the
// request, reads the answer's head and payload. Knows HTTP/1.1 and timeouts, but nothing about
// dialects, retries or caches. Destroying it cancels: the socket closes, the GPU stops, the slot is
// free. Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_ATTEMPT_H_
#define BANTO_PROXY_FETCH_ATTEMPT_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/dial.h"
#include "proxy/fetch/failure.h"
#include "proxy/fetch/response_head_reader.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/fetch/upstream_call.h"
#include "proxy/http/body_parser.h"
#include "proxy/http/message.h"
#include "proxy/net/recycled.h"
#include "proxy/net/stream.h"
#include "proxy/net/timer.h"
#include "proxy/upstream/connection_pool.h"
#include "proxy/upstream/in_flight.h"

namespace banto {

class AttemptListener {
 public:
  // A 1xx other than 100 and 101, before the final head.
  virtual void OnAttemptInterim(const http::ResponseHead& head) = 0;
  // The final head (never 1xx). It lives as long as the Attempt; what is not
  // for the client may be taken out of it.
  virtual void OnAttemptHead(http::ResponseHead* head) = 0;
  // The payload of one read; `end`: the answer is complete. The views are valid during the call.
  virtual void OnAttemptData(std::span<const std::string_view> pieces, bool end) = 0;
  // The Attempt has failed; no more calls follow.
  virtual void OnAttemptFailed(const Failure& failure) = 0;

 protected:
  ~AttemptListener() = default;
};

class alignas(64) Attempt final : public net::Deferred,
                                  public net::Recycled<Attempt>,
                                  public net::StreamHandler,
                                  private DialListener {
 public:
  // `number`: 1 for the first try.
  Attempt(ThreadContext* context, const Question& question, upstream::InFlight slot,
          const UpstreamCall* call, int number, AttemptListener* listener);
  ~Attempt() override;

  void Start();
  // Ends it now: the socket closes at the end of the turn, the slot is free, and the listener is
  // not called any more.
  void Cancel();
  // Back-pressure: no OnAttemptData until Resume(). Suspends the worker's idle timeout.
  void Pause();
  void Resume();

  const upstream::WorkerPtr& worker() const { return slot_ ? slot_.worker() : worker_; }
  upstream::InFlight& slot() { return slot_; }
  bool sent() const { return sent_bytes_ > 0; }
  // Microseconds from its start to the current callback; 0 in the one that started it.
  int64_t AgeUs() const { return std::max<int64_t>(0, context_->loop->CallbackUs() - started_us_); }
  int64_t connect_us() const { return connect_us_; }        // -1: a pooled connection
  int64_t first_byte_us() const { return first_byte_us_; }  // steady clock; 0: not yet

  // net::StreamHandler
  void OnReadable() override;
  void OnWritable() override;
  void OnUnsent(std::string_view rest, int error) override;

 private:
  enum class State : uint8_t {
    kIdle,       // constructed, not started
    kDialling,   // a connection is being made
    kAwaiting,   // sending the request, waiting for the head
    kReceiving,  // receiving payload
    kDone,       // complete, failed or cancelled
  };

  // DialListener
  void OnDialled(std::unique_ptr<net::Stream> stream) override;
  void OnDialFailed(FailureKind kind, std::string_view what) override { Fail(kind, what); }

  void Send();
  bool ReadHead(std::string_view* bytes);
  void ReadPayload(std::string_view bytes);
  void OnPeerClosed(const net::IoResult& result);
  void Complete(bool extra_bytes);
  void Fail(FailureKind kind, std::string_view what);
  void FailBy(int error, FailureKind kind, std::string_view what);
  void OnTimeout();
  void ReleaseSlot();

  // Members touched by every token come first, in three cache lines: with a thousand streams taking
  // turns, every line costs a cache miss per token (measured: perf/README.md).
  ThreadContext* context_;
  AttemptListener* listener_;
  upstream::UpstreamConnection connection_;
  State state_ = State::kIdle;
  bool paused_ = false;
  bool read_anything_ = false;
  int number_;
  http::BodyParser body_;
  net::Timer timer_;

  upstream::InFlight slot_;     // until the answer is complete
  upstream::WorkerPtr worker_;  // from then on
  const UpstreamCall* call_;    // the Fetch's
  const conf::Config* config_;  // likewise
  const conf::Timeouts* timeouts_;
  std::string head_bytes_;      // of the request, as rendered for this worker
  size_t sent_bytes_ = 0;       // of head and body
  std::unique_ptr<Dial> dial_;  // while one is made
  ResponseHeadReader heads_;
  int64_t started_us_ = 0, connect_us_ = -1, first_byte_us_ = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ATTEMPT_H_
