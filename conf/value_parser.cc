#include "conf/value_parser.h"

#include <array>
#include <cstdlib>

namespace banto::conf {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr std::array kDurationUnits = {
    Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000},
};
constexpr std::array kSizeUnits = {
    Unit{"B", 1},
    Unit{"KB", 1000},
    Unit{"KiB", 1ull << 10},
    Unit{"MB", 1'000'000},
    Unit{"MiB", 1ull << 20},
    Unit{"GB", 1'000'000'000},
    Unit{"GiB", 1ull << 30},
    Unit{"TB", 1'000'000'000'000},
    Unit{"TiB", 1ull << 40},
};

// A hundred years of ms and 4 EiB: sums of several still fit 64 bits.
constexpr uint64_t kDurationMsMax = 3'153'600'000'000;
constexpr uint64_t kSizeBytesMax = 1ull << 62;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Parses one "12.5unit" from the front of `text` and adds it to `total`, scaled by the unit.
template <size_t N>
ParseProblem TakeQuantity(std::string_view* text, const std::array<Unit, N>& units, uint64_t max,
                          uint64_t* total) {
  uint64_t whole = 0, fraction = 0, scale = 1;
  size_t at = 0;
  for (; at < text->size() && IsDigit((*text)[at]); ++at) {
    whole = whole * 10 + static_cast<uint64_t>((*text)[at] - '0');
    if (whole > max) return ParseProblem::kTooLong;
  }
  if (at == 0) return ParseProblem::kSyntax;
  if (at < text->size() && (*text)[at] == '.') {
    const size_t dot = at++;
    for (; at < text->size() && IsDigit((*text)[at]); ++at) {
      // Six decimal places are less than a millisecond even of an hour; more would overflow the
      // product.
      if (at - dot > 6) continue;
      fraction = fraction * 10 + static_cast<uint64_t>((*text)[at] - '0');
      scale *= 10;
    }
    if (scale == 1) return ParseProblem::kSyntax;
  }
  const size_t unit_begin = at;
  while (at < text->size() && IsLetter((*text)[at])) ++at;
  const std::string_view name = text->substr(unit_begin, at - unit_begin);
  text->remove_prefix(at);
  if (name.empty()) return text->empty() ? ParseProblem::kNoUnit : ParseProblem::kSyntax;
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (whole > max / unit.factor) return ParseProblem::kTooLong;
    *total += whole * unit.factor + fraction * unit.factor / scale;
    return *total > max ? ParseProblem::kTooLong : ParseProblem::kNone;
  }
  return ParseProblem::kSyntax;
}

std::string WithUnit(uint64_t value, const Unit& unit) {
  return std::to_string(value / unit.factor).append(unit.name);
}

bool IsName(std::string_view name) {
  if (name.empty() || IsDigit(name[0])) return false;
  for (char c : name) {
    if (!IsLetter(c) && !IsDigit(c) && c != '_') return false;
  }
  return true;
}

}  // namespace

ParseProblem ParseDurationMs(std::string_view text, int64_t* ms) {
  *ms = 0;
  if (text == "0") return ParseProblem::kNone;
  uint64_t total = 0;
  do {
    const ParseProblem problem = TakeQuantity(&text, kDurationUnits, kDurationMsMax, &total);
    if (problem != ParseProblem::kNone) return problem;
  } while (!text.empty());
  *ms = static_cast<int64_t>(total);
  return ParseProblem::kNone;
}

ParseProblem ParseSizeBytes(std::string_view text, uint64_t* bytes) {
  *bytes = 0;
  if (text == "0") return ParseProblem::kNone;
  uint64_t total = 0;
  const ParseProblem problem = TakeQuantity(&text, kSizeUnits, kSizeBytesMax, &total);
  if (problem != ParseProblem::kNone) return problem;
  if (!text.empty()) return ParseProblem::kSyntax;
  *bytes = total;
  return ParseProblem::kNone;
}

std::string FormatDurationMs(int64_t ms) {
  const auto value = static_cast<uint64_t>(ms);
  if (value == 0) return "0";
  // Days are read but never written: "24h" is clearer than "1d" next to hours.
  for (size_t i = 4; i-- > 1;) {
    if (value % kDurationUnits[i].factor == 0) return WithUnit(value, kDurationUnits[i]);
  }
  return WithUnit(value, kDurationUnits[0]);
}

std::string FormatSizeBytes(uint64_t bytes) {
  if (bytes == 0) return "0";
  for (size_t i = kSizeUnits.size(); i-- > 0;) {
    const Unit& unit = kSizeUnits[i];
    const bool binary = (unit.factor & (unit.factor - 1)) == 0;
    if (binary && bytes % unit.factor == 0) return WithUnit(bytes, unit);
  }
  return WithUnit(bytes, kSizeUnits[0]);
}

bool ExpandEnvironment(std::string_view text, std::string* out, std::string* error) {
  out->clear();
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at, 3) == "$${") {
      out->append("${");
      at += 3;
      continue;
    }
    if (text.substr(at, 2) != "${") {
      out->push_back(text[at++]);
      continue;
    }
    const size_t end = text.find('}', at);
    const std::string name(text.substr(at + 2, end == std::string_view::npos ? end : end - at - 2));
    if (end == std::string_view::npos || !IsName(name)) {
      *error = "\"${\" needs the name of an environment variable and a \"}\"";
      return false;
    }
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      *error = "the environment variable " + name + " is not set";
      return false;
    }
    out->append(value);
    at = end + 1;
  }
  return true;
}

}  // namespace banto::conf
