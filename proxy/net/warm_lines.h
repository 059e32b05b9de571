// Cache lines that will be needed soon, fetched all at once. A thousand streams take turns: when
// one has its next token, what belongs to it has left the near caches, and to walk from object to
// object is to wait for one miss after the other. Asked for together, before a system call that
// takes longer than they do, they cost nothing.
#ifndef BANTO_PROXY_NET_WARM_LINES_H_
#define BANTO_PROXY_NET_WARM_LINES_H_

#include <array>
#include <cstddef>

namespace banto::net {

inline constexpr size_t kLineBytes = 64;

// The line of `address` and `count - 1` behind it, now. Any address will do.
inline void FetchLines(const void* address, size_t count) {
  const char* line = static_cast<const char*>(address);
  for (; count > 0; --count, line += kLineBytes) __builtin_prefetch(line, 1);
}

class WarmLines {
 public:
  // The line of `address` and `count - 1` behind it; what finds no more room is left out.
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
