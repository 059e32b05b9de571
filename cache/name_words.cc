#include "cache/name_words.h"

#include "proxy/base/ascii.h"

namespace banto::cache {
namespace {

using base::IsDigit;
using base::IsLower;
using base::IsUpper;

}  // namespace

std::string WordsOf(std::string_view name) {
  if (name.size() > kNameBytesMax) return " ";
  std::string words;
  words.reserve(2 * name.size() + 2);  // at worst a blank before each letter
  words += ' ';
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (IsUpper(c) && i > 0 && IsLower(name[i - 1])) words += ' ';
    if (IsUpper(c)) {
      words += base::ToLower(c);
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
