#include "cache/cache_control.h"

#include <algorithm>
#include <charconv>

namespace banto::cache {

std::optional<int64_t> ParseDeltaSeconds(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), digit)) return std::nullopt;
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return kDeltaSecondsMax;
  return std::min(value, kDeltaSecondsMax);
}

Directive ReadDirective(std::string_view element) {
  Directive d;
  const size_t equals = element.find('=');
  d.name = http::TrimSpace(element.substr(0, equals));
  if (equals == std::string_view::npos) {
    d.broken = element.find('"') != std::string_view::npos;
    return d;
  }
  d.argument = http::TrimSpace(element.substr(equals + 1));
  if (d.argument.empty() || d.argument.front() != '"') return d;
  d.broken = d.argument.size() < 2 || d.argument.back() != '"';
  if (!d.broken) d.argument = d.argument.substr(1, d.argument.size() - 2);
  return d;
}

}  // namespace banto::cache
