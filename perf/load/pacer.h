// Sends requests at a given rate, independently of the answers: with exponential gaps, so that some
// coincide, each on the next client in turn.
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
