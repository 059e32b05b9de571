#include "proxy/ops/metric_samples.h"

namespace banto::ops {

void MetricSamples::Add(const SeriesTable& table) {
  for (const Series* series : table.List()) {
    const Metric& metric = series->metric();
    Labels labels;
    for (size_t i = 0; i < kLabelsMax; ++i) labels[i] = series->label(i);
    Sample& sample = families_[static_cast<size_t>(metric.id)][labels];
    sample.value += static_cast<double>(series->value());
    if (metric.type != MetricType::kHistogram) continue;
    sample.buckets.resize(metric.bounds.size() + 1);
    for (size_t i = 0; i < sample.buckets.size(); ++i) sample.buckets[i] += series->bucket(i);
  }
}

}  // namespace banto::ops
