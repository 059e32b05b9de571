// Counts durations in buckets 1.6 % wide, in bounded memory. Pure.
#ifndef BANTO_PERF_COMMON_HISTOGRAM_H_
#define BANTO_PERF_COMMON_HISTOGRAM_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace banto::perf {

class Histogram {
 public:
  void Add(std::chrono::nanoseconds duration);
  uint64_t count() const { return count_; }
  double mean_ms() const;
  double max_ms() const { return static_cast<double>(max_us_) / 1e3; }
  // The upper edge of the bucket that contains this quantile; 0 if nothing was counted.
  double QuantileMs(double share) const;

 private:
  static constexpr int kStepBits = 6;  // buckets per doubling: 64
  static constexpr size_t kBuckets = size_t{40} << kStepBits;
  static size_t BucketOf(uint64_t us);
  static uint64_t UpperEdgeUs(size_t bucket);

  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0, sum_us_ = 0, max_us_ = 0;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_HISTOGRAM_H_
