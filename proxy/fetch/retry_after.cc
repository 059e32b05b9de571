#include "proxy/fetch/retry_after.h"

#include <algorithm>
#include <charconv>

#include "proxy/http/http_date.h"

namespace banto {

int64_t RetryAfterMs(std::string_view text, int64_t now_s) {
  constexpr int64_t kDayS = 86'400;
  int64_t seconds = -1;
  if (const auto date = http::ParseHttpDate(text, now_s)) {
    // A date in the past means that a clock is wrong, or that it was never meant.
    if (*date > now_s) seconds = *date - now_s;
  } else {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (parsed.ec == std::errc::result_out_of_range) seconds = kDayS;
  }
  return seconds < 0 ? -1 : std::min(seconds, kDayS) * 1000;
}

int64_t NamedWaitMs(const http::FieldList& fields, int64_t now_s) {
  const std::string_view text = fields.Find("Retry-After-Ms");
  double ms = -1;  // SDKs take fractions too
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), ms);
  constexpr double kDayMs = 86'400e3;
  if (parsed.ec == std::errc() && ms > 0) return static_cast<int64_t>(std::min(ms, kDayMs));
  return RetryAfterMs(fields.Find("Retry-After"), now_s);
}

int64_t WaitForClientMs(int64_t retry_after_ms, int otherwise_s) {
  if (retry_after_ms < 0) return int64_t{otherwise_s} * 1000;
  return retry_after_ms == 0 ? 1000 : std::min<int64_t>(retry_after_ms, 60'000);
}

int RetryAfterForClient(int64_t retry_after_ms, int otherwise_s) {
  if (retry_after_ms < 0) return otherwise_s;
  return static_cast<int>(std::clamp<int64_t>((retry_after_ms + 999) / 1000, 1, 60));
}

}  // namespace banto
