#include "proxy/http/writer.h"

#include <array>

#include "proxy/http/pen.h"

namespace banto::http {
namespace {

// RFC 9110 §15, RFC 6585, and 499 as nginx logs it. Status and reason are parsed from the lines.
constexpr auto kStatusLines = std::to_array<std::string_view>({
    "HTTP/1.1 100 Continue\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n",
    "HTTP/1.1 103 Early Hints\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 201 Created\r\n",
    "HTTP/1.1 202 Accepted\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "HTTP/1.1 206 Partial Content\r\n",
    "HTTP/1.1 301 Moved Permanently\r\n",
    "HTTP/1.1 302 Found\r\n",
    "HTTP/1.1 303 See Other\r\n",
    "HTTP/1.1 304 Not Modified\r\n",
    "HTTP/1.1 307 Temporary Redirect\r\n",
    "HTTP/1.1 308 Permanent Redirect\r\n",
    "HTTP/1.1 400 Bad Request\r\n",
    "HTTP/1.1 401 Unauthorized\r\n",
    "HTTP/1.1 402 Payment Required\r\n",
    "HTTP/1.1 403 Forbidden\r\n",
    "HTTP/1.1 404 Not Found\r\n",
    "HTTP/1.1 405 Method Not Allowed\r\n",
    "HTTP/1.1 406 Not Acceptable\r\n",
    "HTTP/1.1 408 Request Timeout\r\n",
    "HTTP/1.1 409 Conflict\r\n",
    "HTTP/1.1 410 Gone\r\n",
    "HTTP/1.1 411 Length Required\r\n",
    "HTTP/1.1 412 Precondition Failed\r\n",
    "HTTP/1.1 413 Content Too Large\r\n",
    "HTTP/1.1 414 URI Too Long\r\n",
    "HTTP/1.1 415 Unsupported Media Type\r\n",
    "HTTP/1.1 416 Range Not Satisfiable\r\n",
    "HTTP/1.1 417 Expectation Failed\r\n",
    "HTTP/1.1 421 Misdirected Request\r\n",
    "HTTP/1.1 422 Unprocessable Content\r\n",
    "HTTP/1.1 424 Failed Dependency\r\n",
    "HTTP/1.1 425 Too Early\r\n",
    "HTTP/1.1 426 Upgrade Required\r\n",
    "HTTP/1.1 428 Precondition Required\r\n",
    "HTTP/1.1 429 Too Many Requests\r\n",
    "HTTP/1.1 431 Request Header Fields Too Large\r\n",
    "HTTP/1.1 451 Unavailable For Legal Reasons\r\n",
    "HTTP/1.1 499 Client Closed Request\r\n",
    "HTTP/1.1 500 Internal Server Error\r\n",
    "HTTP/1.1 501 Not Implemented\r\n",
    "HTTP/1.1 502 Bad Gateway\r\n",
    "HTTP/1.1 503 Service Unavailable\r\n",
    "HTTP/1.1 504 Gateway Timeout\r\n",
    "HTTP/1.1 505 HTTP Version Not Supported\r\n",
    "HTTP/1.1 507 Insufficient Storage\r\n",
    "HTTP/1.1 508 Loop Detected\r\n",
    "HTTP/1.1 529 Site Overloaded\r\n",
});
constexpr size_t kStatusAt = 9;
constexpr size_t kReasonAt = 13;
constexpr int kStatusMax = 599;

// Maps a status to its line, counted from one; 0 if there is none.
constexpr std::array<uint8_t, kStatusMax + 1> MakeStatusIndex() {
  std::array<uint8_t, kStatusMax + 1> index{};
  uint8_t place = 0;
  for (const std::string_view line : kStatusLines) {
    size_t status = 0;
    for (const char c : line.substr(kStatusAt, 3))
      status = status * 10 + static_cast<size_t>(c - '0');
    index[status] = ++place;
  }
  return index;
}

// Empty if there is none.
std::string_view StatusLine(int status) {
  static constexpr std::array<uint8_t, kStatusMax + 1> kIndex = MakeStatusIndex();
  if (status < 0 || status > kStatusMax) return {};
  const size_t place = kIndex[static_cast<size_t>(status)];
  return place == 0 ? std::string_view() : kStatusLines[place - 1];
}

void PutDigits(int value, int width, char* at) {
  for (int i = width - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

struct Civil {
  int year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

// Converts days since 1970-01-01 to the Gregorian date, in eras of 400 years that begin on March
// 1st, so that the leap day is the last of a year.
Civil CivilFromDays(int64_t days) {
  constexpr int64_t kDaysPerEra = 146097;
  constexpr int64_t kEpochFromEraStart = 719468;
  const int64_t shifted = days + kEpochFromEraStart;
  const int64_t era = (shifted >= 0 ? shifted : shifted - kDaysPerEra + 1) / kDaysPerEra;
  const int64_t day_of_era = shifted - era * kDaysPerEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<int>(year), static_cast<int>(month), static_cast<int>(day)};
}

}  // namespace

std::string_view ReasonPhrase(int status) {
  const std::string_view line = StatusLine(status);
  return line.empty() ? "Unknown" : line.substr(kReasonAt, line.size() - kReasonAt - 2);
}

void AppendStatusLine(int status, std::string* out) {
  const std::string_view line = StatusLine(status);
  if (!line.empty()) {
    out->append(line);
    return;
  }
  std::array<char, 3> digits{};
  PutDigits(status, 3, digits.data());
  out->append("HTTP/1.1 ").append(digits.data(), digits.size()).append(" Unknown\r\n");
}

void AppendField(std::string_view name, std::string_view value, std::string* out) {
  Pen pen(name.size() + value.size() + 4, out);
  pen.PutClean(name);
  pen.Put(": ");
  pen.PutClean(value);
  pen.Put("\r\n");
}

void AppendField(std::string_view name, uint64_t value, std::string* out) {
  Pen pen(name.size() + Pen::kNumberMax + 4, out);
  pen.PutClean(name);
  pen.Put(": ");
  pen.PutNumber(value);
  pen.Put("\r\n");
}

std::string HttpDate(int64_t unix_s) {
  constexpr int64_t kDayS = 86400;
  static constexpr std::string_view kWeekdays = "SunMonTueWedThuFriSat";
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const int64_t second = (unix_s % kDayS + kDayS) % kDayS;
  const int64_t days = (unix_s - second) / kDayS;
  const Civil date = CivilFromDays(days);
  const auto weekday = static_cast<size_t>(((days + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday

  std::string out = "Sun, 06 Nov 1994 08:49:37 GMT";
  out.replace(0, 3, kWeekdays.substr(weekday * 3, 3));
  out.replace(8, 3, kMonths.substr(static_cast<size_t>(date.month - 1) * 3, 3));
  PutDigits(date.day, 2, &out[5]);
  PutDigits(date.year, 4, &out[12]);
  PutDigits(static_cast<int>(second / 3600), 2, &out[17]);
  PutDigits(static_cast<int>(second / 60 % 60), 2, &out[20]);
  PutDigits(static_cast<int>(second % 60), 2, &out[23]);
  return out;
}

}  // namespace banto::http
