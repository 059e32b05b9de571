#include "proxy/api/neutral_request.h"

#include <algorithm>
#include <utility>

namespace banto::api {

void AddDropped(std::string name, std::vector<std::string>* dropped) {
  if (std::find(dropped->begin(), dropped->end(), name) == dropped->end())
    dropped->push_back(std::move(name));
}

}  // namespace banto::api
