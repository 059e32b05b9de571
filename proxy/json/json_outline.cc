#include "proxy/json/json_outline.h"

namespace banto::json {

void JsonOutline::Take(std::string_view bytes) {
  for (const char c : bytes) {
    if (text_.size() >= kTextMax) return;
    TakeByte(c);
  }
}

void JsonOutline::TakeByte(char c) {
  const bool between = depth_ == 1 && !in_string_;
  Follow(c);
  if (between && (c == ',' || c == '}')) {
    emptied_ = false;
    value_at_ = kNone;
  }
  if (emptied_) return;
  text_ += c;
  if (between && c == ':') value_at_ = text_.size();
  if (value_at_ != kNone && text_.size() - value_at_ > kValueMax) EmptyValue();
}

// Where in the object the next byte is.
void JsonOutline::Follow(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (in_string_ && c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    in_string_ = !in_string_;
  } else if (in_string_) {
    return;
  } else if (c == '{' || c == '[') {
    ++depth_;
  } else if ((c == '}' || c == ']') && depth_ > 0) {
    --depth_;
  }
}

void JsonOutline::EmptyValue() {
  const size_t begin = text_.find_first_not_of(" \t\r\n", value_at_);
  const char kind = begin == kNone ? ' ' : text_[begin];
  text_.resize(value_at_);
  text_ += kind == '"' ? "\"\"" : kind == '[' ? "[]" : kind == '{' ? "{}" : "null";
  emptied_ = true;
}

}  // namespace banto::json
