// Prefetches cache lines that will be needed soon. With a thousand streams taking turns, an
// Exchange's objects have left the nearest caches by its next token, and walking from object to
// object would take one miss after the other. Fetched together before a longer system call, they
// cost nothing.
#ifndef BANTO_PROXY_NET_WARM_LINES_H_
#define BANTO_PROXY_NET_WARM_LINES_H_

#include <array>
#include <cstddef>

namespace banto::net {

inline constexpr size_t kLineBytes = 64;

// Prefetches the line at `address` and the `count - 1` that follow. Any address will do.
inline void FetchLines(const void* address, size_t count) {
  const char* line = static_cast<const char*>(address);
  for (; count > 0; --count, line += kLineBytes) __builtin_prefetch(line, 1);
}

class WarmLines {
 public:
  // Adds the line at `address` and the `count - 1` that follow, as far as there is room.
  void Add(const void* address, size_t count = 1) {
    const char* line = static_cast<const char*>(address);
    for (; count > 0 && count_ < lines_.size(); --count, line += kLineBytes) {
      lines_[count_++] = line;
    }
  }
  void Fetch() const {
    for (size_t i = 0; i < count_; ++i) __builtin_prefetch(lines_[i], 1);
  }

 private:
  size_t count_ = 0;
  std::array<const void*, 11> lines_{};
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_WARM_LINES_H_
