// Upper bounds of the histograms, in the unit that is counted. Used by metric_table.cc.
#ifndef BANTO_PROXY_OPS_METRIC_BUCKETS_H_
#define BANTO_PROXY_OPS_METRIC_BUCKETS_H_

#include <cstdint>

namespace banto::ops {

// Microseconds. First-token bounds equal vLLM's own up to 160 s, for comparison.
inline constexpr int64_t kRequestUs[] = {
    1'000,      5'000,       10'000,      25'000,      50'000,     100'000,    250'000,
    500'000,    1'000'000,   2'500'000,   5'000'000,   10'000'000, 20'000'000, 30'000'000,
    60'000'000, 120'000'000, 240'000'000, 480'000'000, 960'000'000};
inline constexpr int64_t kFirstTokenUs[] = {
    1'000,     5'000,      10'000,     20'000,     40'000,     60'000,     80'000,
    100'000,   250'000,    500'000,    750'000,    1'000'000,  2'500'000,  5'000'000,
    7'500'000, 10'000'000, 20'000'000, 40'000'000, 80'000'000, 160'000'000};
inline constexpr int64_t kTokenUs[] = {10'000,  25'000,    50'000,   75'000,  100'000,
                                       150'000, 200'000,   300'000,  400'000, 500'000,
                                       750'000, 1'000'000, 2'500'000};
inline constexpr int64_t kFastUs[] = {100,    250,    500,    1'000,   2'500,   5'000,
                                      10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000};
inline constexpr int64_t kBytes[] = {256,    1'024,   4'096,     16'384,
                                     65'536, 262'144, 1'048'576, 4'194'304};
inline constexpr int64_t kTokenCounts[] = {1,     4,     16,     64,     256,
                                           1'024, 4'096, 16'384, 65'536, 262'144};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_METRIC_BUCKETS_H_
