// Draws one of several at random, by weight, while they are seen one after another: the k-th
// replaces the winner with probability weight / sum of weights so far. A value of one pick.
#ifndef BANTO_PROXY_UPSTREAM_LOTTERY_H_
#define BANTO_PROXY_UPSTREAM_LOTTERY_H_

#include <cstdint>

namespace banto::upstream {

// SplitMix64: one step of a stream of well mixed bits.
inline uint64_t NextRandom(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

class Lottery {
 public:
  explicit Lottery(uint64_t random) : random_(random) {}
  // Forgets who took part so far.
  void Restart() { sum_ = 0; }
  // Whether this one is the winner now. The first always is.
  bool Enter(int weight) {
    const uint64_t tickets = weight > 0 ? static_cast<uint64_t>(weight) : 1;
    sum_ += tickets;
    if (sum_ == tickets) return true;
    return NextRandom(&random_) % sum_ < tickets;
  }

 private:
  uint64_t random_;
  uint64_t sum_ = 0;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_LOTTERY_H_
