#include "perf/trace/utc_time.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace banto::perf {

bool ParseUtc(std::string_view text, double* ms) {
  int year = 0, hour = 0, minute = 0;
  unsigned month = 0, day = 0;
  double seconds = 0;
  char between = 0;
  const int read = std::sscanf(std::string(text).c_str(), "%4d-%2u-%2u%c%2d:%2d:%lf", &year, &month,
                               &day, &between, &hour, &minute, &seconds);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (read != 7 || !date.ok()) return false;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  *ms = ((static_cast<double>(days) * 24 + hour) * 60 + minute) * 60e3 + seconds * 1e3;
  return true;
}

}  // namespace banto::perf
