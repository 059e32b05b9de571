// How many bytes of a model's prompts make a token, learned from what its answers say of their
// usage. One per model, kept across reloads by the groups of snapshots; any thread.
#ifndef BANTO_PROXY_UPSTREAM_TOKEN_LENGTH_H_
#define BANTO_PROXY_UPSTREAM_TOKEN_LENGTH_H_

#include <algorithm>
#include <atomic>

namespace banto::upstream {

class TokenLength {
 public:
  static constexpr double kBytes = 4;  // English prose, JSON around it included
  static constexpr double kBytesMin = 0.5, kBytesMax = 16;

  double bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // A prompt of so many bytes had so many tokens. Short ones are mostly template.
  void Note(double bytes, double tokens) {
    if (bytes < kPromptBytesMin || tokens < 1) return;
    const double sample = std::clamp(bytes / tokens, kBytesMin, kBytesMax);
    // An update that is lost to another thread's is no loss.
    bytes_.store(static_cast<float>(this->bytes() + kWeight * (sample - this->bytes())),
                 std::memory_order_relaxed);
  }

 private:
  static constexpr double kPromptBytesMin = 256, kWeight = 0.1;
  std::atomic<float> bytes_{kBytes};
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_TOKEN_LENGTH_H_
