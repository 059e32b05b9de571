// Parses the Prometheus text of the engines into EngineLoad, with old and new names
// (wire-compatibility.md §1.3). Pure.
#ifndef BANTO_HEALTH_ENGINE_METRICS_H_
#define BANTO_HEALTH_ENGINE_METRICS_H_

#include <string_view>

#include "health/engine_facts.h"

namespace banto::health {

// Counts are summed over label sets (vLLM: one series per data-parallel engine); of usages the
// highest counts, since the fullest engine makes requests wait. Ignores NaN, infinities and unknown
// names.
EngineLoad ParseEngineMetrics(std::string_view text);

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_METRICS_H_
