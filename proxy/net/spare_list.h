// Things of one kind that outlive the request that used them, with the memory they hold: the next
// one on the thread takes the last that was left, still warm in the cache.
#ifndef BANTO_PROXY_NET_SPARE_LIST_H_
#define BANTO_PROXY_NET_SPARE_LIST_H_

#include <utility>
#include <vector>

#include "proxy/net/spares.h"

namespace banto::net {

// A thread_local object. T is moved, and T() is what there is where nothing was left.
template <typename T>
class SpareList final : public Spares {
 public:
  T Take() {
    if (things_.empty()) return T();
    T thing = std::move(things_.back());
    things_.pop_back();
    return thing;
  }
  // Keeps it, unless there are many. The caller sees to it that it is worth keeping.
  void Leave(T thing) {
    // Sanitizers see each thing's true life.
    if (BANTO_RECYCLES == 0 || things_.size() == kSparesMax) return;
    things_.push_back(std::move(thing));
  }

 private:
  void Drop() override { std::vector<T>().swap(things_); }
  std::vector<T> things_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SPARE_LIST_H_
