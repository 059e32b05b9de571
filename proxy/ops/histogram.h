// Finds the bucket of a value. Pure.
#ifndef BANTO_PROXY_OPS_HISTOGRAM_H_
#define BANTO_PROXY_OPS_HISTOGRAM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace banto::ops {

// The first bucket whose bound is at least `value` ("le" is inclusive); bounds.size() for +Inf.
inline size_t BucketOf(std::span<const int64_t> bounds, int64_t value) {
  return static_cast<size_t>(std::lower_bound(bounds.begin(), bounds.end(), value) -
                             bounds.begin());
}

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_HISTOGRAM_H_
