// A perfect hash table made at compile time: no two keys share a slot, so that one multiplication
// and one load leave a single key to compare. Pure, constexpr.
#ifndef BANTO_PROXY_BASE_PERFECT_SLOTS_H_
#define BANTO_PROXY_BASE_PERFECT_SLOTS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace banto::base {

template <size_t kBits>
struct PerfectSlots {
  uint64_t multiplier = 0;
  std::array<uint8_t, size_t{1} << kBits> numbers{};

  constexpr size_t SlotOf(uint64_t key) const {
    return static_cast<size_t>((key * multiplier) >> (64 - kBits));
  }
  // The number (from 1) of the only key that `key` can equal, or 0 if there is none.
  constexpr size_t Find(uint64_t key) const { return numbers[SlotOf(key)]; }
};

// Fails to compile if no multiplier is found: use more bits, or mix the keys better. If the search
// takes a compiler too long, pass the `multiplier` to begin with.
template <size_t kBits, size_t kKeys>
consteval PerfectSlots<kBits> MakePerfectSlots(const std::array<uint64_t, kKeys>& keys,
                                               uint64_t multiplier = 0x9E3779B97F4A7C15U) {
  static_assert(kKeys < 256, "a number is a byte");
  constexpr int kTriesMax = 4000;
  PerfectSlots<kBits> table;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    table.multiplier = multiplier;
    size_t placed = 0;
    while (placed < kKeys && table.Find(keys[placed]) == 0) {
      table.numbers[table.SlotOf(keys[placed])] = static_cast<uint8_t>(placed + 1);
      ++placed;
    }
    if (placed == kKeys) return table;
    while (placed > 0) table.numbers[table.SlotOf(keys[--placed])] = 0;
    multiplier = multiplier * 0xD1342543DE82EF95U + 2;
  }
  throw "no multiplier gives every key a slot of its own";
}

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_PERFECT_SLOTS_H_
