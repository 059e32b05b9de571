#include "proxy/http/http_date.h"

#include <array>
#include <chrono>

#include "proxy/http/message.h"

namespace banto::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Consumes a date from the left. All three forms have fixed widths, except for RFC 850's weekday.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  void Literal(std::string_view text) {
    if (!EqualsNoCase(rest_.substr(0, text.size()), text)) return Fail();
    rest_.remove_prefix(text.size());
  }
  int Digits(size_t count) {
    int value = 0;
    if (rest_.size() < count) Fail();
    for (size_t i = 0; ok_ && i < count; ++i) {
      const char c = rest_[i];
      if (c < '0' || c > '9') Fail();
      value = value * 10 + (c - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return value;
  }
  // asctime's day of the month: " 6" or "16".
  int DayWithBlank() {
    if (!rest_.starts_with(' ')) return Digits(2);
    rest_.remove_prefix(1);
    return Digits(1);
  }
  // A full weekday or its first three letters.
  void Weekday(bool whole) {
    for (const std::string_view day : kDays) {
      const std::string_view name = whole ? day : day.substr(0, 3);
      if (EqualsNoCase(rest_.substr(0, name.size()), name)) return Literal(name);
    }
    Fail();
  }
  unsigned Month() {
    for (unsigned i = 0; i < kMonths.size(); ++i) {
      if (!EqualsNoCase(rest_.substr(0, 3), kMonths[i])) continue;
      Literal(kMonths[i]);
      return i + 1;
    }
    Fail();
    return 1;
  }
  // "02:01:18" as seconds since midnight; allows a leap second.
  int TimeOfDay() {
    const int hour = Digits(2);
    Literal(":");
    const int minute = Digits(2);
    Literal(":");
    const int second = Digits(2);
    if (hour > 23 || minute > 59 || second > 60) Fail();
    return hour * 3600 + minute * 60 + second;
  }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  void Fail() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

std::optional<int64_t> SecondsOf(int year, unsigned month, int day, int time) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * int64_t{86'400} + time;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<int64_t> ParseFixdate(std::string_view text) {
  DateReader in(text);
  in.Weekday(false);
  in.Literal(", ");
  const int day = in.Digits(2);
  in.Literal(" ");
  const unsigned month = in.Month();
  in.Literal(" ");
  const int year = in.Digits(4);
  in.Literal(" ");
  const int time = in.TimeOfDay();
  in.Literal(" GMT");
  return in.AtEnd() ? SecondsOf(year, month, day, time) : std::nullopt;
}

// "Sunday, 06-Nov-94 08:49:37 GMT": more than 50 years ahead means the previous century.
std::optional<int64_t> ParseRfc850(std::string_view text, int64_t now_s) {
  DateReader in(text);
  in.Weekday(true);
  in.Literal(", ");
  const int day = in.Digits(2);
  in.Literal("-");
  const unsigned month = in.Month();
  in.Literal("-");
  const int short_year = in.Digits(2);
  in.Literal(" ");
  const int time = in.TimeOfDay();
  in.Literal(" GMT");
  if (!in.AtEnd()) return std::nullopt;
  const auto today =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{now_s}});
  const int this_year = static_cast<int>(std::chrono::year_month_day{today}.year());
  int year = this_year - this_year % 100 + short_year;
  if (year > this_year + 50) year -= 100;
  return SecondsOf(year, month, day, time);
}

// "Sun Nov  6 08:49:37 1994"
std::optional<int64_t> ParseAsctime(std::string_view text) {
  DateReader in(text);
  in.Weekday(false);
  in.Literal(" ");
  const unsigned month = in.Month();
  in.Literal(" ");
  const int day = in.DayWithBlank();
  in.Literal(" ");
  const int time = in.TimeOfDay();
  in.Literal(" ");
  const int year = in.Digits(4);
  return in.AtEnd() ? SecondsOf(year, month, day, time) : std::nullopt;
}

}  // namespace

std::optional<int64_t> ParseHttpDate(std::string_view text, int64_t now_s) {
  if (text.size() < 4) return std::nullopt;
  if (text[3] == ',') return ParseFixdate(text);
  return text[3] == ' ' ? ParseAsctime(text) : ParseRfc850(text, now_s);
}

}  // namespace banto::http
