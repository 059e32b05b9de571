// SplitMix64 (Steele, Lea and Flood 2014): turns one number into a stream of well-mixed bits. Not
// for secrets.
#ifndef BANTO_PROXY_BASE_SPLIT_MIX_H_
#define BANTO_PROXY_BASE_SPLIT_MIX_H_

#include <cstdint>

namespace banto::base {

class SplitMix {
 public:
  explicit SplitMix(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_SPLIT_MIX_H_
