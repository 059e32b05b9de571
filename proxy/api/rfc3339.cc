#include "proxy/api/rfc3339.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace banto::api {

std::string Rfc3339(int64_t unix_s) {
  using namespace std::chrono;  // NOLINT: a vocabulary
  constexpr int64_t kFirst = -62167219200, kLast = 253402300799;
  const sys_seconds time{seconds(std::clamp(unix_s, kFirst, kLast))};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace banto::api
