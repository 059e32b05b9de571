// A report for programs: one JSON object in one line of ASCII. Pure.
#ifndef BANTO_PROXY_OPS_REPORT_JSON_H_
#define BANTO_PROXY_OPS_REPORT_JSON_H_

#include <optional>
#include <string>

#include "proxy/ops/break_even.h"
#include "proxy/ops/report.h"

namespace banto::ops {

std::string ReportJson(const Report& report, const std::optional<BreakEven>& even);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REPORT_JSON_H_
