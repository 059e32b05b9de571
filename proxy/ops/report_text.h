// A report for people, in plain ASCII. Pure.
#ifndef BANTO_PROXY_OPS_REPORT_TEXT_H_
#define BANTO_PROXY_OPS_REPORT_TEXT_H_

#include <optional>
#include <string>

#include "proxy/ops/break_even.h"
#include "proxy/ops/report.h"

namespace banto::ops {

std::string ReportText(const Report& report, const std::optional<BreakEven>& even);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REPORT_TEXT_H_
