// The last caller of each prompt, so that a miss can report which header kept its caller from
// sharing an answer: operators must be able to find the one header that makes a fleet of clients
// miss. Values are kept only as hashes. One per process, used on misses; any thread; bounded.
#ifndef BANTO_PROXY_QUESTION_SEPARATION_MEMO_H_
#define BANTO_PROXY_QUESTION_SEPARATION_MEMO_H_

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cache/body_mac.h"

namespace banto {

class SeparationMemo {
 public:
  // Notes that the caller described by this text (separation.h) asks this prompt. Returns the first
  // name in which it differs from the previous caller; empty if they agree or there was none.
  std::string Note(const cache::MacTag& prompt, std::string_view caller);

 private:
  static constexpr size_t kSlots = 512;  // a power of two
  static constexpr size_t kLinesMax = 32;
  static constexpr size_t kNameBytesMax = 64;
  struct Line {
    std::string name;
    size_t value_hash = 0;
    bool operator==(const Line&) const = default;
  };
  using Lines = std::vector<Line>;
  struct Slot {
    cache::MacTag prompt;
    bool used = false;
    Lines lines;  // ordered by name
  };

  static Lines Read(std::string_view caller);
  static std::string FirstDifference(const Lines& a, const Lines& b);

  std::mutex mutex_;
  std::vector<Slot> slots_;  // empty until the first Note()
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_SEPARATION_MEMO_H_
