// Prometheus text of the engines -> EngineLoad, old and new names (reference: wire-compatibility
// §1.3). Pure.
#ifndef BANTO_HEALTH_ENGINE_METRICS_H_
#define BANTO_HEALTH_ENGINE_METRICS_H_

#include <string_view>

#include "health/engine_facts.h"

namespace banto::health {

// Counts are summed over label sets (vLLM: one series a data-parallel engine); of usages the
// highest counts, as the fullest engine is the one that makes requests wait. NaN, infinities and
// unknown names are passed over.
EngineLoad ParseEngineMetrics(std::string_view text);

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_METRICS_H_
