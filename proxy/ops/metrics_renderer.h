// Renders samples in the Prometheus text format 0.0.4. Pure.
#ifndef BANTO_PROXY_OPS_METRICS_RENDERER_H_
#define BANTO_PROXY_OPS_METRICS_RENDERER_H_

#include <string>

#include "proxy/ops/metric_samples.h"

namespace banto::ops {

// Only families with samples, in the table's order.
std::string RenderMetrics(const MetricSamples& samples);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_METRICS_RENDERER_H_
