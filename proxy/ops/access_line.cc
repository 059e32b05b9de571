#include "proxy/ops/access_line.h"

#include <chrono>

namespace banto::ops {
namespace {

void AppendPadded(int64_t value, int width, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  for (auto size = end - text; size < width; ++size) out->push_back('0');
  out->append(text, static_cast<size_t>(end - text));
}

}  // namespace

// Not with gmtime_r, which locks for the time zone.
void AppendTime(int64_t unix_us, std::string* out) {
  const auto at =
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(unix_us));
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  AppendPadded(static_cast<int>(date.year()), 4, out);
  out->push_back('-');
  AppendPadded(static_cast<unsigned>(date.month()), 2, out);
  out->push_back('-');
  AppendPadded(static_cast<unsigned>(date.day()), 2, out);
  out->push_back('T');
  AppendPadded(time.hours().count(), 2, out);
  out->push_back(':');
  AppendPadded(time.minutes().count(), 2, out);
  out->push_back(':');
  AppendPadded(time.seconds().count(), 2, out);
  out->push_back('.');
  AppendPadded(time.subseconds().count(), 3, out);
  out->push_back('Z');
}

void AppendNano(int64_t nano, std::string* out) {
  constexpr int64_t kPerUnit = 1'000'000'000;
  AppendNumber(nano / kPerUnit, out);
  std::string digits = std::to_string(kPerUnit + nano % kPerUnit);  // "1" and the nine digits
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.size() > 1) out->append(".").append(digits, 1);
}

void AppendMs(int64_t us, std::string* out) {
  AppendNumber(us / 1000, out);
  out->push_back('.');
  AppendPadded(us % 1000, 3, out);
}

}  // namespace banto::ops
