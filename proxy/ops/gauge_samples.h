// Completes a scrape: adds gauges of the moment, and zeros for counters that dashboards and alerts
// need before their first increment (rate() does not see a series begin). Scraping thread.
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
