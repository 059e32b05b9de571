// Asks at a given rate instead of as soon as an answer is there: requests come when they come
// (exponential gaps, so they also come together), each to the next client in turn.
#ifndef BANTO_PERF_LOAD_PACER_H_
#define BANTO_PERF_LOAD_PACER_H_

#include <memory>
#include <random>
#include <vector>

#include "perf/load/client.h"

namespace banto::perf {

class Pacer {
 public:
  Pacer(Campaign& campaign, const std::vector<std::unique_ptr<Client>>& clients);

  void Start();

 private:
  void Tick();

  Campaign& campaign_;
  const std::vector<std::unique_ptr<Client>>& clients_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_s_;
  Clock::time_point due_;
  size_t next_ = 0;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_PACER_H_
