// What runs on a ProxyThread for no Exchange in particular: shared Fetches, mirrors. Owns them;
// loop thread only.
#ifndef BANTO_PROXY_FETCH_DETACHED_WORK_H_
#define BANTO_PROXY_FETCH_DETACHED_WORK_H_

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "proxy/net/event_loop.h"

namespace banto {

class DetachedWork {
 public:
  void Add(std::unique_ptr<net::Deferred> work) { all_.push_back(std::move(work)); }
  // It has finished: destroyed at the end of this turn.
  void Drop(net::EventLoop* loop, const net::Deferred* work) {
    const auto at = std::find_if(all_.begin(), all_.end(),
                                 [work](const auto& other) { return other.get() == work; });
    if (at == all_.end()) return;
    loop->DestroyLater(std::move(*at));
    all_.erase(at);
  }
  void Clear() { all_.clear(); }

 private:
  std::vector<std::unique_ptr<net::Deferred>> all_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_DETACHED_WORK_H_
