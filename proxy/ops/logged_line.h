// One line of an access log, read back: what access_log.h writes, as far as it is about tokens and
// money. Pure.
#ifndef BANTO_PROXY_OPS_LOGGED_LINE_H_
#define BANTO_PROXY_OPS_LOGGED_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banto::ops {

enum class LineKind : uint8_t {
  kAccess,      // an access line in JSON
  kTextAccess,  // one in the text format, which has no prompt tokens and no money
  kOther,       // an event, half a line, rubbish
};

struct LoggedLine {
  int64_t at_ms = 0;               // when the exchange began
  std::string model, worker, key;  // empty: the line has none
  std::string cache;               // "hit", "miss" …
  bool attempted = false;          // a worker was asked
  int values_refused = 0;          // which no exchange can have: negative, no number, too large
  // Absent: unknown.
  std::optional<uint64_t> input_tokens, cached_tokens, output_tokens;
  std::optional<double> cost, avoided;

  // Answered without a worker of its own: those who shared an answer have paid for it once.
  bool from_cache() const {
    return cache == "hit" || cache == "stale" || (cache == "shared" && !attempted);
  }
};

// Fills `line`, whose memory is used again, if the text is an access line in JSON.
LineKind ReadLoggedLine(std::string_view text, LoggedLine* line);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOGGED_LINE_H_
