// What a worker has reported it does not serve: paths and models for which its own 404 said so
// (proxy/api/not_here.h). Other workers of the group are used instead for a while; then it is tried
// again, because engines restart with more models and newer versions. Does not affect its health.
// Bounded; any thread.
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

// A path for all models, a path for one model, or a model on all paths; an absent part is empty.
struct Wanted {
  std::string_view path, model;
};

class NotServed {
 public:
  static constexpr int64_t kKeptMs = 60'000;
  static constexpr size_t kMax = 64, kBytesMax = 512;  // beyond that nothing is remembered

  // A single atomic read while there is nothing.
  bool Any() const { return count_.load(std::memory_order_relaxed) > 0; }
  // Whether `wanted.path`, `wanted.model` or their combination is not served.
  bool Covers(const Wanted& wanted, int64_t now_ms) const;
  void Add(const Wanted& what, int64_t now_ms);
  // The worker may have changed.
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
