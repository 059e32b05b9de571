#include "perf/common/json_fields.h"

#include <algorithm>
#include <charconv>

namespace banto::perf {

bool JsonFields::Next() {
  for (;;) {
    rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t\r\n,:{}[]")));
    if (rest_.empty()) return false;
    if (rest_.front() != '"') {
      const size_t end = std::min(rest_.size(), rest_.find_first_of(" \t\r\n,}]"));
      value_ = rest_.substr(0, end);
      rest_.remove_prefix(end);
      is_string_ = false;
      return true;
    }
    if (!TakeString(&value_)) return false;
    SkipSpace();
    if (rest_.empty() || rest_.front() != ':') {
      is_string_ = true;
      return true;
    }
    key_ = value_;
  }
}

void JsonFields::SkipSpace() {
  rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t\r\n")));
}

// Quote to quote by memchr, for prompts are long and have few of them.
bool JsonFields::TakeString(std::string_view* text) {
  for (size_t at = 1;; ++at) {
    at = rest_.find('"', at);
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
