#include "perf/common/json_fields.h"

#include <algorithm>
#include <charconv>

namespace banto::perf {
namespace {

// Most strings are shorter, and a loop finds their end faster than calling memchr. Prompts are
// long.
constexpr size_t kShortBytes = 24;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsClosing(char c) { return c == ',' || c == '}' || c == ']'; }
bool IsPunctuation(char c) { return IsClosing(c) || c == ':' || c == '{' || c == '['; }

}  // namespace

bool JsonFields::Next() {
  for (;;) {
    SkipWhile([](char c) { return IsSpace(c) || IsPunctuation(c); });
    if (rest_.empty()) return false;
    if (rest_.front() != '"') {
      const char* const begin = rest_.data();
      SkipWhile([](char c) { return !IsSpace(c) && !IsClosing(c); });
      value_ = {begin, static_cast<size_t>(rest_.data() - begin)};
      is_string_ = false;
      return true;
    }
    if (!TakeString(&value_)) return false;
    SkipWhile(IsSpace);
    if (rest_.empty() || rest_.front() != ':') {
      is_string_ = true;
      return true;
    }
    key_ = value_;
  }
}

template <typename IsSkipped>
void JsonFields::SkipWhile(IsSkipped is_skipped) {
  size_t at = 0;
  while (at < rest_.size() && is_skipped(rest_[at])) ++at;
  rest_.remove_prefix(at);
}

size_t JsonFields::FindQuote(size_t from) const {
  const size_t near = std::min(rest_.size(), from + kShortBytes);
  for (size_t at = from; at < near; ++at) {
    if (rest_[at] == '"') return at;
  }
  return rest_.find('"', near);
}

bool JsonFields::TakeString(std::string_view* text) {
  for (size_t at = 1;; ++at) {
    at = FindQuote(at);
    if (at == std::string_view::npos) return false;
    size_t backslashes = 0;
    while (rest_[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 1) continue;
    *text = rest_.substr(1, at - 1);
    rest_.remove_prefix(at + 1);
    return true;
  }
}

int64_t JsonFields::number(int64_t otherwise) const {
  int64_t value = otherwise;
  if (is_string_) return otherwise;
  const auto result = std::from_chars(value_.data(), value_.data() + value_.size(), value);
  return result.ec == std::errc() ? value : otherwise;
}

}  // namespace banto::perf
