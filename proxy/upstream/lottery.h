// Draws one of several at random by weight in a single pass: the k-th replaces the winner with
// probability weight / sum of weights so far. Lives for one pick.
#ifndef BANTO_PROXY_UPSTREAM_LOTTERY_H_
#define BANTO_PROXY_UPSTREAM_LOTTERY_H_

#include <cstdint>

#include "proxy/base/split_mix.h"

namespace banto::upstream {

class Lottery {
 public:
  explicit Lottery(uint64_t random) : random_(random) {}
  // Discards all participants.
  void Restart() { sum_ = 0; }
  // Whether this participant is now the winner. The first always is.
  bool Enter(int weight) {
    const uint64_t tickets = weight > 0 ? static_cast<uint64_t>(weight) : 1;
    sum_ += tickets;
    if (sum_ == tickets) return true;
    // A number below sum_, without a division.
    return static_cast<uint64_t>(static_cast<unsigned __int128>(random_.Next()) * sum_ >> 64) <
           tickets;
  }

 private:
  base::SplitMix random_;
  uint64_t sum_ = 0;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_LOTTERY_H_
