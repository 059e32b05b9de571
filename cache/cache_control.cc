#include "cache/cache_control.h"

#include <algorithm>
#include <charconv>

#include "proxy/base/ascii.h"
#include "proxy/http/char_class.h"

namespace banto::cache {

std::optional<int64_t> ParseDeltaSeconds(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), base::IsDigit)) return std::nullopt;
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return kDeltaSecondsMax;
  return std::min(value, kDeltaSecondsMax);
}

namespace {

// A single quoted-string (RFC 9110 §5.6.4).
bool IsQuoted(std::string_view text) {
  size_t i = 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return i + 1 == text.size();
}

}  // namespace

Directive ReadDirective(std::string_view element) {
  Directive d;
  const size_t equals = element.find('=');
  d.name = http::TrimSpace(element.substr(0, equals));
  d.broken = !http::IsToken(d.name);
  if (equals == std::string_view::npos) return d;
  d.argument = http::TrimSpace(element.substr(equals + 1));
  if (d.argument.empty()) return d;
  const bool quoted = d.argument.front() == '"';
  if (quoted ? !IsQuoted(d.argument) : !http::IsToken(d.argument)) d.broken = true;
  if (quoted && !d.broken) d.argument = d.argument.substr(1, d.argument.size() - 2);
  return d;
}

}  // namespace banto::cache
