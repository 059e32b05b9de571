#include "proxy/request_id.h"

#include <algorithm>

namespace banto {

std::string RequestIdFor(std::string_view offered, uint64_t random) {
  const auto sane = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  if (!offered.empty() && offered.size() <= 128 &&
      std::all_of(offered.begin(), offered.end(), sane)) {
    return std::string(offered);
  }
  std::string id(16, '0');
  for (char& c : id) {
    c = "0123456789abcdef"[random & 15];
    random >>= 4;
  }
  return id;
}

}  // namespace banto
