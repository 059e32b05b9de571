#include "proxy/client/request_id.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/http/hex.h"

namespace banto {

void SetRequestId(std::string_view offered, uint64_t random, std::string* id) {
  const auto sane = [](char c) { return base::IsAlnum(c) || c == '.' || c == '_' || c == '-'; };
  if (!offered.empty() && offered.size() <= 128 &&
      std::all_of(offered.begin(), offered.end(), sane)) {
    id->assign(offered);
    return;
  }
  id->resize(http::kHexDigits);
  http::PutHex(random, id->data());
}

}  // namespace banto
