// Writes a random value in one of the many spellings that JSON allows.
#ifndef BANTO_TESTS_UNIT_JSON_JSON_SPELLER_H_
#define BANTO_TESTS_UNIT_JSON_JSON_SPELLER_H_

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/json/json_document.h"

namespace banto::json {

class Speller {
 public:
  // nullptr: no spaces, no needless escapes, members in their own order.
  explicit Speller(Random* random) : random_(random) {}

  std::string Spell(const Node& node) {
    out_.clear();
    Value(node);
    return out_;
  }

 private:
  void Space() {
    if (random_ == nullptr) return;
    for (size_t n = Below(*random_, 3); n > 0; --n) out_ += " \n\t\r"[Below(*random_, 4)];
  }

  void Unit(uint32_t unit) {
    char escape[8];
    std::snprintf(escape, sizeof escape, Below(*random_, 2) == 0 ? "\\u%04x" : "\\u%04X", unit);
    out_ += escape;
  }

  // Escapes some of the characters that need no escape.
  void Text(const std::string& text) {
    std::string plain;
    AppendJsonString(text, &plain);
    if (random_ == nullptr) {
      out_ += plain;
      return;
    }
    out_ += '"';
    for (size_t i = 0; i < text.size();) i += Character(std::string_view(text).substr(i));
    out_ += '"';
  }

  size_t Character(std::string_view text) {
    const unsigned char first = static_cast<unsigned char>(text[0]);
    const size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t code = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; ++i)
      code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
    if (Below(*random_, 3) == 0) {
      if (code == '/') {
        out_ += "\\/";
      } else if (code < 0x10000) {
        Unit(code);
      } else {
        Unit(0xD800 + ((code - 0x10000) >> 10));
        Unit(0xDC00 + ((code - 0x10000) & 0x3FF));
      }
      return size;
    }
    std::string plain;
    AppendJsonString(text.substr(0, size), &plain);
    out_.append(plain, 1, plain.size() - 2);
    return size;
  }

  void Value(const Node& node) {
    Space();
    switch (node.kind) {
      case JsonKind::kNull:
        out_ += "null";
        break;
      case JsonKind::kTrue:
        out_ += "true";
        break;
      case JsonKind::kFalse:
        out_ += "false";
        break;
      case JsonKind::kNumber:
        out_ += node.text;
        break;
      case JsonKind::kString:
        Text(node.text);
        break;
      case JsonKind::kArray:
        Array(node);
        break;
      case JsonKind::kObject:
        Object(node);
        break;
    }
    Space();
  }

  void Array(const Node& node) {
    out_ += '[';
    for (size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out_ += ',';
      Value(node.children[i]);
    }
    if (node.children.empty()) Space();
    out_ += ']';
  }

  void Object(const Node& node) {
    std::vector<size_t> order(node.keys.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (random_ != nullptr) std::shuffle(order.begin(), order.end(), *random_);
    out_ += '{';
    for (size_t i = 0; i < order.size(); ++i) {
      if (i > 0) out_ += ',';
      Space();
      Text(node.keys[order[i]]);
      Space();
      out_ += ':';
      Value(node.children[order[i]]);
    }
    if (order.empty()) Space();
    out_ += '}';
  }

  Random* const random_;
  std::string out_;
};

}  // namespace banto::json

#endif  // BANTO_TESTS_UNIT_JSON_JSON_SPELLER_H_
