#include "proxy/client/request_id.h"

#include <algorithm>

#include "proxy/http/hex.h"

namespace banto {

void SetRequestId(std::string_view offered, uint64_t random, std::string* id) {
  const auto sane = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  };
  if (!offered.empty() && offered.size() <= 128 &&
      std::all_of(offered.begin(), offered.end(), sane)) {
    id->assign(offered);
    return;
  }
  id->resize(http::kHexDigits);
  http::PutHex(random, id->data());
}

}  // namespace banto
