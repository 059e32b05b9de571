// Interns label values as small numbers, so that a label set becomes one 64-bit key. Owner's thread
// only; but the texts never move or change, so any thread may read one it has a pointer to.
#ifndef BANTO_PROXY_OPS_LABEL_VALUES_H_
#define BANTO_PROXY_OPS_LABEL_VALUES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace banto::ops {

class LabelValues {
 public:
  static constexpr int kIdBits = 14;
  static constexpr uint32_t kEmpty = 0;  // the id of ""
  static constexpr uint32_t kOther = 1;  // the id of "other"

  LabelValues();

  // The id of `text`. Once all ids are taken, new texts count as "other".
  uint32_t Id(std::string_view text);
  // The same for a literal: found by its address, which is much cheaper.
  uint32_t IdOfLiteral(const char* text);
  const std::string* Text(uint32_t id) const { return &texts_[id]; }

 private:
  static constexpr size_t kTextsMax = size_t{1} << kIdBits;
  struct Slot {
    uint32_t hash = 0, id_plus_1 = 0;  // 0: free
  };
  struct Literal {
    const char* text = nullptr;
    uint32_t id = 0;
  };
  static constexpr size_t kLiterals = 256;  // a power of two, several times the number of literals
  // Addresses of literals change with every start. With a single probe, two literals used by every
  // request could keep evicting each other (measured: perf/README.md).
  static constexpr size_t kProbesMax = 8;
  void Grow();

  std::deque<std::string> texts_;
  std::vector<Slot> slots_;  // open addressing; a power of two
  std::array<Literal, kLiterals> literals_{};
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LABEL_VALUES_H_
