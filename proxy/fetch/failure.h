// Why something failed: who caused it, what it was, and whether a retry makes sense. A value that
// travels from an Attempt to the Fetch (which may retry) and to the Exchange (which answers the
// client).
#ifndef BANTO_PROXY_FETCH_FAILURE_H_
#define BANTO_PROXY_FETCH_FAILURE_H_

#include <cstdint>
#include <string>

namespace banto {

enum class FailureKind : uint8_t {
  kNone,
  // At a worker, before it had our request.
  kResolve,         // its name has no address
  kConnect,         // refused, unreachable
  kConnectTimeout,  // connect_timeout passed
  kTls,             // handshake or certificate
  // At a worker, after bytes of our request were sent.
  kReset,              // the connection broke
  kFirstByteTimeout,   // no first byte within first_byte
  kFirstTokenTimeout,  // no token within first_token
  kIdleTimeout,        // silence during an answer
  kNotAssembled,       // its stream, for which we asked, does not make the whole that is wanted
  kProtocol,           // not HTTP, or an HTML page in place of an API's answer
  kServerError,        // 5xx
  kKeyRefused,         // 401, 402, 403 to a key of ours: no affair of the client's
  kOverloaded,         // 429, 503, 529, or the API's overload event behind a 200
  kStreamError,        // the API's error event
  kEventTooLong,       // an event above limits.event_bytes_max: our limit, not its fault
  kHeadTooLong,        // above limits.header_bytes_max or headers_max: our limit, not its fault
  // On our side.
  kNoDescriptors,    // we lack descriptors, memory or ports
  kCannotTranslate,  // no worker speaks the client's API, and a translation would lose something
  kNoWorker,         // no worker may be chosen
  kQueueFull,        // queue_length_max
  kQueueTimeout,     // queue_timeout
  kTotalTimeout,     // timeouts.total
  kBuffersFull,      // limits.buffered_bytes_max
  kFellBehind,       // the client reads a shared answer more slowly than its window allows
  kShuttingDown,     // graceful stop ran out of time
};

// The name in logs and metrics.
const char* FailureName(FailureKind kind);

struct Failure {
  FailureKind kind = FailureKind::kNone;
  std::string message;  // for people: "gpu1: connect: Connection refused"
  bool sent = false;    // bytes of the request had been written to the worker's socket
  bool reused =
      false;       // on a pooled connection before anything was read: the stale keep-alive race
  int status = 0;  // the worker's status, if there was one
  int64_t retry_after_ms = -1;  // the worker's Retry-After
  bool told = false;            // the client already has the worker's own error event
  bool loading = false;         // kNoWorker: a worker is loading its model
  const char* code = nullptr;   // kCannotTranslate: the client's API's own code for it

  explicit operator bool() const { return kind != FailureKind::kNone; }
};

// What a client gets if nothing else can be done.
struct FailureAnswer {
  int status;
  const char* code;
  int retry_after_s;  // 0: none; or Refusal::kNotAgain
};
FailureAnswer AnswerFor(const Failure& failure);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FAILURE_H_
