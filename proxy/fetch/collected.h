// An answer, or its beginning, that is held until its treatment is decided. What exceeds a single
// read counts as buffered bytes. A value.
#ifndef BANTO_PROXY_FETCH_COLLECTED_H_
#define BANTO_PROXY_FETCH_COLLECTED_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/question/request.h"

namespace banto {

class Collected {
 public:
  // False: the process holds too much.
  bool Add(std::span<const std::string_view> pieces, BufferedBytes::Budget* budget) {
    constexpr size_t kUncountedMax = 256 * 1024;
    for (std::string_view piece : pieces) text_.append(piece);
    return text_.size() <= kUncountedMax || counted_.GrowTo(budget, text_.size());
  }
  std::string Take() {
    counted_ = BufferedBytes();
    return std::exchange(text_, std::string());
  }
  std::string_view text() const { return text_; }
  bool empty() const { return text_.empty(); }
  // No engine explains an error at greater length; anything longer is passed on as it arrives.
  bool too_long() const { return text_.size() > size_t{1} << 20; }

 private:
  std::string text_;
  BufferedBytes counted_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_COLLECTED_H_
