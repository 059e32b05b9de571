// The models to which a worker that shows no list has answered: all that listings can say of it. So
// many of them, for so long. Every method is safe from any thread.
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
  // Engines that take any name would fill a list without bounds. Longer names come cut.
  static constexpr size_t kModelsMax = 64, kNameBytesMax = 120;
  static constexpr int64_t kKeptMs = 3'600'000;

  // It has just answered to `model`. Of too many the one that was asked longest ago is forgotten.
  void Learn(std::string_view model, int64_t now_ms);
  // By name.
  std::vector<std::string> Known(int64_t now_ms) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> until_ms_;  // guarded by mutex_
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_LEARNED_MODELS_H_
