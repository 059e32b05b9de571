#include "cache/name_words.h"

namespace banto::cache {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string WordsOf(std::string_view name) {
  std::string words;
  words.reserve(2 * name.size() + 2);  // a blank before each letter at worst
  words += ' ';
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (IsUpper(c) && i > 0 && IsLower(name[i - 1])) words += ' ';
    if (IsUpper(c)) {
      words += static_cast<char>(c | 0x20);
    } else if (IsLower(c) || IsDigit(c)) {
      words += c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

}  // namespace banto::cache
