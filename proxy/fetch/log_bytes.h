// The bytes of an answer that several read, from any place that is still there. Bounded: beyond
// what the cache would keep, or where there is no room for that, only its end remains. Owned by a
// FetchLog, which guards it.
#ifndef BANTO_PROXY_FETCH_LOG_BYTES_H_
#define BANTO_PROXY_FETCH_LOG_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/question/request.h"

namespace banto {

class LogBytes {
 public:
  // More than `bytes_max` is a window.
  LogBytes(BufferedBytes::Budget* budget, uint64_t bytes_max)
      : budget_(budget), bytes_max_(bytes_max) {}

  uint64_t begin() const { return begin_; }
  uint64_t end() const { return begin_ + bytes_.size(); }
  void Append(std::span<const std::string_view> pieces);
  // Whether it has become too much to be kept as a whole.
  bool is_window() const { return is_window_; }
  // A window forgets its beginning, but nothing of the last `unread` bytes.
  void Slide(uint64_t unread);
  // Copies at most about `bytes_max` bytes from `at` on, which is still there, and moves that.
  void Read(uint64_t* at, size_t bytes_max, std::string* room) const;

 private:
  BufferedBytes::Budget* const budget_;
  const uint64_t bytes_max_;
  bool is_window_ = false;
  std::string bytes_;  // from begin_ on
  uint64_t begin_ = 0;
  BufferedBytes counted_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOG_BYTES_H_
