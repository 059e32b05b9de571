// What a scrape shows beyond the threads' own counts: the gauges of the moment, and zeros for
// counters that dashboards and alerts need before they first count (rate() sees no first step).
// The scraping thread.
#ifndef BANTO_PROXY_OPS_GAUGE_SAMPLES_H_
#define BANTO_PROXY_OPS_GAUGE_SAMPLES_H_

#include "proxy/ops/metric_samples.h"
#include "proxy/ops/metrics.h"

namespace banto::ops {

// `gauges` must outlive `samples`.
void AddGauges(const ScrapeGauges& gauges, MetricSamples* samples);
void AddZeros(const ScrapeGauges& gauges, MetricSamples* samples);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_GAUGE_SAMPLES_H_
