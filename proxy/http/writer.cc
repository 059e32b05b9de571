#include "proxy/http/writer.h"

#include <array>
#include <charconv>

#include "proxy/http/line_scan.h"

namespace banto::http {
namespace {

void AppendClean(std::string_view text, std::string* out) {
  const char* p = text.data();
  const char* end = p + text.size();
  for (;;) {
    const char* stop = FindControl(p, end);
    out->append(p, static_cast<size_t>(stop - p));
    if (stop == end) return;
    p = stop + 1;
  }
}

void AppendNumber(uint64_t value, int base, std::string* out) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  out->append(digits.data(), static_cast<size_t>(end.ptr - digits.data()));
}

struct Phrase {
  int status;
  std::string_view reason;
};

// RFC 9110 §15, RFC 6585, and 499 as nginx writes it to logs.
constexpr std::array kPhrases = {
    Phrase{100, "Continue"},
    Phrase{101, "Switching Protocols"},
    Phrase{103, "Early Hints"},
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{411, "Length Required"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{424, "Failed Dependency"},
    Phrase{425, "Too Early"},
    Phrase{426, "Upgrade Required"},
    Phrase{428, "Precondition Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{451, "Unavailable For Legal Reasons"},
    Phrase{499, "Client Closed Request"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{507, "Insufficient Storage"},
    Phrase{508, "Loop Detected"},
    Phrase{529, "Site Overloaded"},
};

void PutDigits(int value, int width, char* at) {
  for (int i = width - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

struct Civil {
  int year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

// Days since 1970-01-01 -> the Gregorian date, by eras of 400 years that begin on March 1st, so
// that the leap day is the last of a year.
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
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.reason;
  }
  return "Unknown";
}

void AppendStatusLine(int status, std::string* out) {
  std::array<char, 3> digits{};
  PutDigits(status, 3, digits.data());
  out->append("HTTP/1.1 ");
  out->append(digits.data(), digits.size());
  out->append(" ");
  out->append(ReasonPhrase(status));
  out->append("\r\n");
}

void AppendField(std::string_view name, std::string_view value, std::string* out) {
  AppendClean(name, out);
  out->append(": ");
  AppendClean(value, out);
  out->append("\r\n");
}

void AppendField(std::string_view name, uint64_t value, std::string* out) {
  AppendClean(name, out);
  out->append(": ");
  AppendNumber(value, 10, out);
  out->append("\r\n");
}

void AppendChunkSize(uint64_t size, std::string* out) {
  AppendNumber(size, 16, out);
  out->append("\r\n");
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
