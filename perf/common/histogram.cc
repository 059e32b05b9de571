#include "perf/common/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace banto::perf {

// The first 64 microseconds have a bucket each; above, every doubling has 64.
size_t Histogram::BucketOf(uint64_t us) {
  constexpr uint64_t kSteps = uint64_t{1} << kStepBits;
  if (us < kSteps) return static_cast<size_t>(us);
  const int shift = static_cast<int>(std::bit_width(us)) - 1 - kStepBits;
  const auto doubling = static_cast<uint64_t>(shift + 1);
  return std::min<size_t>(kBuckets - 1, (doubling << kStepBits) + ((us >> shift) & (kSteps - 1)));
}

uint64_t Histogram::UpperEdgeUs(size_t bucket) {
  constexpr uint64_t kSteps = uint64_t{1} << kStepBits;
  if (bucket < kSteps) return bucket;
  const size_t shift = (bucket >> kStepBits) - 1;
  return ((kSteps + (bucket & (kSteps - 1)) + 1) << shift) - 1;
}

void Histogram::Add(std::chrono::nanoseconds duration) {
  const auto us = static_cast<uint64_t>(std::max<int64_t>(0, duration.count() / 1000));
  ++buckets_[BucketOf(us)];
  ++count_;
  sum_us_ += us;
  max_us_ = std::max(max_us_, us);
}

double Histogram::mean_ms() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_us_) / static_cast<double>(count_) / 1e3;
}

double Histogram::QuantileMs(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= wanted && seen > 0) {
      return static_cast<double>(std::min(UpperEdgeUs(i), max_us_)) / 1e3;
    }
  }
  return 0;
}

}  // namespace banto::perf
