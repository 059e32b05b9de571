#include "proxy/api/rfc3339.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "proxy/base/ascii.h"

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

std::optional<int64_t> ReadRfc3339(std::string_view text) {
  using namespace std::chrono;  // NOLINT: a vocabulary
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() < kForm.size()) return std::nullopt;
  int numbers[6] = {};
  size_t part = 0;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0') {
      if (text[i] != kForm[i]) return std::nullopt;
      ++part;
    } else {
      if (!base::IsDigit(text[i])) return std::nullopt;
      numbers[part] = numbers[part] * 10 + (text[i] - '0');
    }
  }
  const year_month_day date(year(numbers[0]), month(static_cast<unsigned>(numbers[1])),
                            day(static_cast<unsigned>(numbers[2])));
  if (!date.ok()) return std::nullopt;
  const sys_seconds time =
      sys_days(date) + hours(numbers[3]) + minutes(numbers[4]) + seconds(numbers[5]);
  return time.time_since_epoch().count();
}

}  // namespace banto::api
