#include "proxy/fetch/rate_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "proxy/api/rfc3339.h"

namespace banto {
namespace {

using health::CoolDownCause;

struct Limit {
  std::string_view remaining, reset;
  CoolDownCause cause;
};
constexpr auto kLimits = std::to_array<Limit>({
    // OpenAI, Azure, Groq, Fireworks.
    {"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", CoolDownCause::kNoRequests},
    {"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", CoolDownCause::kNoTokens},
    // Together, OpenRouter.
    {"x-ratelimit-remaining", "x-ratelimit-reset", CoolDownCause::kNoRequests},
    {"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
     CoolDownCause::kNoRequests},
    {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset",
     CoolDownCause::kNoTokens},
    {"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset",
     CoolDownCause::kNoTokens},
    {"anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset",
     CoolDownCause::kNoTokens},
});

constexpr double kDayMs = 86'400e3;

// Takes a number from the front.
std::optional<double> TakeNumber(std::string_view* text) {
  double number = 0;
  const auto parsed =
      std::from_chars(text->data(), text->data() + text->size(), number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  text->remove_prefix(static_cast<size_t>(parsed.ptr - text->data()));
  return number;
}

struct Unit {
  std::string_view name;
  double ms;
};
// "ms" before "m".
constexpr Unit kUnits[] = {{"ms", 1},     {"us", 0.001},  {"\xC2\xB5s", 0.001}, {"ns", 0.000001},
                           {"d", kDayMs}, {"h", 3'600e3}, {"m", 60e3},          {"s", 1e3}};

// Go's spelling of a duration.
std::optional<double> DurationMs(std::string_view text) {
  double ms = 0;
  while (!text.empty()) {
    const std::optional<double> number = TakeNumber(&text);
    if (!number) return std::nullopt;
    const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                          [&](const Unit& u) { return text.starts_with(u.name); });
    if (unit == std::end(kUnits)) return std::nullopt;
    text.remove_prefix(unit->name.size());
    ms += *number * unit->ms;
  }
  return ms;
}

// Seconds from now, or a time: both are written as plain numbers.
double PlainMs(double number, int64_t now_s) {
  constexpr double kTimeMin = 1e9, kTimeMsMin = 1e12;  // 2001; no wait is as long
  if (number < kTimeMin) return number * 1e3;
  const double at_ms = number < kTimeMsMin ? number * 1e3 : number;
  return at_ms - static_cast<double>(now_s) * 1e3;
}

bool IsNothing(std::string_view text) {
  const std::optional<double> number = TakeNumber(&text);
  return number && *number == 0 && text.empty();
}

}  // namespace

std::optional<int64_t> ResetMs(std::string_view text, int64_t now_s) {
  std::string_view rest = text;
  std::optional<double> ms;
  if (text.ends_with('Z')) {
    if (const auto at_s = api::ReadRfc3339(text)) ms = static_cast<double>(*at_s - now_s) * 1e3;
  } else if (const auto number = TakeNumber(&rest); number && rest.empty()) {
    ms = PlainMs(*number, now_s);
  } else {
    ms = DurationMs(text);
  }
  if (!ms || *ms < 1) return std::nullopt;
  return static_cast<int64_t>(std::min(*ms, kDayMs));
}

std::optional<Shortage> ReadShortage(const http::ResponseHead& head, int64_t now_s) {
  std::optional<Shortage> longest;
  for (const Limit& limit : kLimits) {
    const auto remaining = head.Find(limit.remaining);
    if (!remaining || !IsNothing(*remaining)) continue;
    const auto wait_ms = ResetMs(head.Find(limit.reset).value_or(""), now_s);
    if (wait_ms && (!longest || *wait_ms > longest->wait_ms))
      longest = Shortage{limit.cause, *wait_ms};
  }
  return longest;
}

}  // namespace banto
