#include "proxy/ops/log_time.h"

#include <chrono>

#include "proxy/base/ascii.h"
#include "proxy/ops/access_line.h"

namespace banto::ops {
namespace {

// Takes `width` digits; -1: there are not so many.
int TakeDigits(std::string_view* text, size_t width) {
  if (text->size() < width) return -1;
  int value = 0;
  for (size_t i = 0; i < width; ++i) {
    if (!base::IsDigit((*text)[i])) return -1;
    value = value * 10 + ((*text)[i] - '0');
  }
  text->remove_prefix(width);
  return value;
}

bool Take(std::string_view* text, char c) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

// ".123456": further digits than a millisecond's are passed over.
int64_t TakeFractionMs(std::string_view* text) {
  int64_t ms = 0;
  for (int64_t digit_ms = 100; !text->empty() && base::IsDigit(text->front()); digit_ms /= 10) {
    ms += digit_ms * (text->front() - '0');
    text->remove_prefix(1);
  }
  return ms;
}

// The time of a day, "09:28" or more; none: it is no such time.
std::optional<int64_t> ReadClockMs(std::string_view text) {
  const int hours = TakeDigits(&text, 2);
  if (hours < 0 || hours > 23 || !Take(&text, ':')) return std::nullopt;
  const int minutes = TakeDigits(&text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  int seconds = 0;
  int64_t ms = 0;
  if (Take(&text, ':')) {
    seconds = TakeDigits(&text, 2);
    if (seconds < 0 || seconds > 60) return std::nullopt;
    if (Take(&text, '.')) ms = TakeFractionMs(&text);
  }
  Take(&text, 'Z');
  if (!text.empty()) return std::nullopt;
  return ((int64_t{hours} * 60 + minutes) * 60 + seconds) * 1000 + ms;
}

}  // namespace

std::optional<int64_t> ReadTimeMs(std::string_view text) {
  const int year = TakeDigits(&text, 4);
  if (year < 0 || !Take(&text, '-')) return std::nullopt;
  const int month = TakeDigits(&text, 2);
  if (month < 0 || !Take(&text, '-')) return std::nullopt;
  const int day = TakeDigits(&text, 2);
  if (day < 0) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const int64_t midnight_ms =
      std::chrono::milliseconds(std::chrono::sys_days(date).time_since_epoch()).count();
  if (text.empty()) return midnight_ms;
  if (!Take(&text, 'T') && !Take(&text, ' ')) return std::nullopt;
  const std::optional<int64_t> clock_ms = ReadClockMs(text);
  if (!clock_ms) return std::nullopt;
  return midnight_ms + *clock_ms;
}

std::string ShortTime(int64_t unix_ms) {
  constexpr size_t kMinutes = 16;  // "2026-11-01T09:28"
  std::string text;
  AppendTime(unix_ms * 1000, &text);
  text.resize(kMinutes);
  text[10] = ' ';
  return text;
}

}  // namespace banto::ops
