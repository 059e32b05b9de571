// The table of a simulation. Pure.
#ifndef BANTO_PERF_SIMULATOR_REPORT_H_
#define BANTO_PERF_SIMULATOR_REPORT_H_

#include <string>
#include <vector>

#include "perf/simulator/replay.h"

namespace banto::perf {

// The smallest value that a `share` of them does not exceed; 0 if there are none.
double Quantile(std::vector<double> values, double share);
double Mean(const std::vector<double>& values);

std::string TableHead();
std::string TableRow(const std::string& policy, const ReplayResult& result);

}  // namespace banto::perf

#endif  // BANTO_PERF_SIMULATOR_REPORT_H_
