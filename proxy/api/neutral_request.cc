#include "proxy/api/neutral_request.h"

#include <algorithm>
#include <utility>

namespace banto::api {

void AddDropped(std::string name, std::vector<std::string>* dropped) {
  // Nobody reads on behind these, and each is compared with all.
  constexpr size_t kNamesMax = 64;
  if (dropped->size() >= kNamesMax) return;
  if (std::find(dropped->begin(), dropped->end(), name) == dropped->end())
    dropped->push_back(std::move(name));
}

}  // namespace banto::api
