// The models for which a worker without a model list has answered: all that our listings can say
// about it. Bounded in number and time. Any thread.
#ifndef BANTO_PROXY_UPSTREAM_LEARNED_MODELS_H_
#define BANTO_PROXY_UPSTREAM_LEARNED_MODELS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace banto::upstream {

class LearnedModels {
 public:
  // Engines that accept any name would otherwise grow the list without bounds. Longer names are
  // truncated.
  static constexpr size_t kModelsMax = 64, kNameBytesMax = 120;
  static constexpr int64_t kKeptMs = 3'600'000;

  // The worker has just answered for `model`. At the limit the least recently used one is
  // forgotten.
  void Learn(std::string_view model, int64_t now_ms);
  // Sorted by name.
  std::vector<std::string> Known(int64_t now_ms) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> until_ms_;  // guarded by mutex_
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_LEARNED_MODELS_H_
