// [timeouts] as plain data, and what a model may have of its own.
#ifndef BANTO_CONF_TIMEOUTS_H_
#define BANTO_CONF_TIMEOUTS_H_

#include <cstdint>

namespace banto::conf {

struct Timeouts {
  int64_t client_header_ms = 10'000;
  int64_t client_body_ms = 30'000;         // between bytes of a request body
  int64_t client_body_total_ms = 300'000;  // for the complete body
  int64_t client_idle_ms = 75'000;         // a kept-alive connection without a request
  int64_t connect_ms = 2'000;
  int64_t first_byte_ms = 300'000;
  int64_t first_token_ms = 0;  // of a stream; 0: none
  int64_t idle_ms = 60'000;    // between bytes of an answer, on either side
  int64_t commit_after_ms = 15'000;
  int64_t keep_alive_ms = 15'000;  // 0: off
  int64_t total_ms = 0;            // 0: none
  int64_t shutdown_ms = 30'000;    // graceful stop: how long running requests may take
};

}  // namespace banto::conf

#endif  // BANTO_CONF_TIMEOUTS_H_
