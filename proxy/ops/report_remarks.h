// What a reader of a report must know about the log it was made of. Pure.
#ifndef BANTO_PROXY_OPS_REPORT_REMARKS_H_
#define BANTO_PROXY_OPS_REPORT_REMARKS_H_

#include <string>
#include <vector>

#include "proxy/ops/report.h"

namespace banto::ops {

std::vector<std::string> ReportRemarks(const Report& report);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REPORT_REMARKS_H_
