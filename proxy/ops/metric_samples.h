// One scrape before rendering: the values of all label sets, summed over threads. Built and
// rendered in one go by the scraping thread.
#ifndef BANTO_PROXY_OPS_METRIC_SAMPLES_H_
#define BANTO_PROXY_OPS_METRIC_SAMPLES_H_

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/ops/metric_table.h"
#include "proxy/ops/series_table.h"

namespace banto::ops {

struct Sample {
  double value = 0;               // for a histogram its sum; in the unit that is counted
  std::vector<uint64_t> buckets;  // histograms only: count per bucket, +Inf last
};

class MetricSamples {
 public:
  // Label values in the table's order; the texts must outlive this object.
  using Labels = std::array<std::string_view, kLabelsMax>;
  using Family = std::map<Labels, Sample>;

  // Adds to the value of a label set; 0 creates it.
  void Add(MetricId id, const Labels& labels, double value) {
    families_[static_cast<size_t>(id)][labels].value += value;
  }
  void Add(const SeriesTable& table);
  // Keeps a text alive that was made for this scrape.
  std::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }
  const Family& family(MetricId id) const { return families_[static_cast<size_t>(id)]; }

 private:
  std::array<Family, kMetrics> families_;
  std::deque<std::string> texts_;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_METRIC_SAMPLES_H_
