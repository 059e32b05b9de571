// The state of the process as one JSON object, for /api/v1/status and the status page. Pure; never
// contains a key or a prompt.
#ifndef BANTO_PROXY_PROCESS_STATUS_JSON_H_
#define BANTO_PROXY_PROCESS_STATUS_JSON_H_

#include <cstdint>
#include <string>

#include "proxy/ops/admin.h"
#include "proxy/ops/metrics.h"
#include "proxy/routing/snapshot.h"

namespace banto {

std::string RenderStatus(const Snapshot& snapshot, const ops::ScrapeGauges& gauges,
                         const ops::Readiness& readiness, int64_t now_ms);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_STATUS_JSON_H_
