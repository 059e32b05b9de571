// What a worker said that it does not serve: paths and models that it answered with 404 as its own
// (proxy/api/not_here.h). Others of the group are asked instead for a while, then it is asked
// again, because an engine is restarted with more models and newer versions. No judgement on its
// health. Bounded; any thread.
#ifndef BANTO_PROXY_UPSTREAM_NOT_SERVED_H_
#define BANTO_PROXY_UPSTREAM_NOT_SERVED_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace banto::upstream {

// A path for all models, a path for one model, or a model on all paths: what is absent is empty.
struct Wanted {
  std::string_view path, model;
};

class NotServed {
 public:
  static constexpr int64_t kKeptMs = 60'000;
  static constexpr size_t kMax = 64, kBytesMax = 512;  // more, or longer, is not remembered

  // One atomic read while there is nothing.
  bool Any() const { return count_.load(std::memory_order_relaxed) > 0; }
  // Whether it was said of `wanted.path`, of `wanted.model`, or of both together.
  bool Covers(const Wanted& wanted, int64_t now_ms) const;
  void Add(const Wanted& what, int64_t now_ms);
  // The worker may be another than it was.
  void Clear();

 private:
  static std::string KeyOf(const Wanted& what);
  void DropExpired(int64_t now_ms) const;

  mutable std::atomic<size_t> count_{0};
  mutable std::mutex mutex_;
  mutable std::map<std::string, int64_t, std::less<>> until_ms_;  // guarded by mutex_
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_NOT_SERVED_H_
