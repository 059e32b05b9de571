// Objects that outlive the request that used them, together with their memory: the next request on
// the thread takes the one returned last, still warm in the cache.
#ifndef BANTO_PROXY_NET_SPARE_LIST_H_
#define BANTO_PROXY_NET_SPARE_LIST_H_

#include <utility>
#include <vector>

#include "proxy/net/spares.h"

namespace banto::net {

// Make it thread_local. T must be movable; T() is returned if the list is empty.
template <typename T>
class SpareList final : public Spares {
 public:
  T Take() {
    if (things_.empty()) return T();
    T thing = std::move(things_.back());
    things_.pop_back();
    return thing;
  }
  // Keeps `thing` unless the list is full. The caller decides whether it is worth keeping.
  void Leave(T thing) {
    // Sanitizers must see each object's real lifetime.
    if (BANTO_RECYCLES == 0 || things_.size() == kSparesMax) return;
    things_.push_back(std::move(thing));
  }

 private:
  void Drop() override { std::vector<T>().swap(things_); }
  std::vector<T> things_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SPARE_LIST_H_
