#include "proxy/fetch/failure.h"

#include "proxy/fetch/retry_after.h"
#include "proxy/routing/target.h"

namespace banto {

const char* FailureName(FailureKind kind) {
  switch (kind) {
    // clang-format off
    case FailureKind::kNone: return "ok";
    case FailureKind::kResolve: return "resolve";
    case FailureKind::kConnect: return "connect_error";
    case FailureKind::kConnectTimeout: return "connect_timeout";
    case FailureKind::kTls: return "tls";
    case FailureKind::kReset: return "reset";
    case FailureKind::kFirstByteTimeout: return "first_byte_timeout";
    case FailureKind::kFirstTokenTimeout: return "first_token_timeout";
    case FailureKind::kIdleTimeout: return "idle_timeout";
    case FailureKind::kNotAssembled: return "not_assembled";
    case FailureKind::kProtocol: return "protocol";
    case FailureKind::kServerError: return "http_5xx";
    case FailureKind::kKeyRefused: return "key_refused";
    case FailureKind::kOverloaded: return "overloaded";
    case FailureKind::kStreamError: return "stream_error";
    case FailureKind::kEventTooLong: return "event_too_long";
    case FailureKind::kHeadTooLong: return "head_too_long";
    case FailureKind::kNoDescriptors: return "no_descriptors";
    case FailureKind::kCannotTranslate: return "cannot_translate";
    case FailureKind::kNoWorker: return "no_worker";
    case FailureKind::kQueueFull: return "queue_full";
    case FailureKind::kQueueTimeout: return "queue_timeout";
    case FailureKind::kTotalTimeout: return "total_timeout";
    case FailureKind::kBuffersFull: return "buffers_full";
    case FailureKind::kFellBehind: return "fell_behind";
    case FailureKind::kShuttingDown: return "shutting_down";
      // clang-format on
  }
  return "unknown";
}

FailureAnswer AnswerFor(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::kNoWorker:
      return failure.loading ? FailureAnswer{503, "model_loading", 2}
                             : FailureAnswer{503, "no_worker", 5};
    case FailureKind::kCannotTranslate:
      return {400, failure.code != nullptr ? failure.code : "cannot_translate", 0};
    case FailureKind::kQueueFull:
      return {429, "queue_full", RetryAfterForClient(failure.retry_after_ms, 5)};
    case FailureKind::kQueueTimeout:
      return {503, "queue_timeout", RetryAfterForClient(failure.retry_after_ms, 5)};
    case FailureKind::kNoDescriptors:
      return {503, "no_descriptors", 1};
    case FailureKind::kOverloaded:
      return {failure.status == 429 ? 429 : 503, "server_is_overloaded",
              RetryAfterForClient(failure.retry_after_ms, 2)};
    case FailureKind::kConnectTimeout:
    case FailureKind::kFirstByteTimeout:
    case FailureKind::kFirstTokenTimeout:
    case FailureKind::kIdleTimeout:
      return {504, "upstream_timeout", 0};
    // These would come to the same end.
    case FailureKind::kKeyRefused:
      return {502, "worker_key_refused", Refusal::kNotAgain};
    case FailureKind::kTotalTimeout:
      return {504, "upstream_timeout", Refusal::kNotAgain};
    case FailureKind::kEventTooLong:
      return {502, "event_too_long", Refusal::kNotAgain};
    case FailureKind::kHeadTooLong:
      return {502, "head_too_long", Refusal::kNotAgain};
    case FailureKind::kBuffersFull:
      return {503, "buffers_full", 1};
    case FailureKind::kFellBehind:
      return {503, "fell_behind", 1};
    case FailureKind::kShuttingDown:
      return {503, "shutting_down", 1};
    default:
      return {502, "upstream_disconnected", 0};
  }
}

}  // namespace banto
