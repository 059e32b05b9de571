#include "proxy/api/ollama/duration.h"

#include <algorithm>
#include <string>

#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

constexpr std::string_view kDigitsAndPoint = "0123456789.";

// Only zeros before the exponent, whatever that is.
bool IsZeroNumber(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  return raw.starts_with('0') &&
         raw.substr(0, raw.find_first_of("eE")).find_first_not_of("0.") == std::string_view::npos;
}

bool IsUnit(std::string_view word) {
  constexpr std::string_view kUnits[] = {"ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h"};
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

// As time.ParseDuration does: a sign, then numbers with a unit each; "0" alone needs none.
bool IsZeroText(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text == "0") return !text.empty();
  while (!text.empty()) {
    const size_t number_size = std::min(text.find_first_not_of(kDigitsAndPoint), text.size());
    const std::string_view number = text.substr(0, number_size);
    text.remove_prefix(number_size);
    const size_t unit_size = std::min(text.find_first_of(kDigitsAndPoint), text.size());
    const bool zero = std::count(number.begin(), number.end(), '.') <= 1 &&
                      number.find('0') != number.npos &&
                      number.find_first_of("123456789") == number.npos;
    if (!zero || !IsUnit(text.substr(0, unit_size))) return false;
    text.remove_prefix(unit_size);
  }
  return true;
}

}  // namespace

bool IsZeroDuration(std::string_view raw) {
  if (!raw.starts_with('"')) return IsZeroNumber(raw);
  if (raw.find('\\') == raw.npos) return IsZeroText(json::Unquoted(raw));
  std::string text;
  json::DecodeJsonString(raw, &text);
  return IsZeroText(text);
}

}  // namespace banto::api::ollama
