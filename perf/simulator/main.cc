// The simulator: options.cc has its options, report.cc its table.
#include <cstdio>
#include <string>

#include "perf/simulator/options.h"
#include "perf/simulator/replay.h"
#include "perf/simulator/report.h"

namespace banto::perf {
namespace {

void PrintAbout(const Trace& trace, const SimulatorOptions& options, const std::string& remarks) {
  const double minutes = trace.back().at_ms / 60e3;
  std::printf("%zu requests in %.1f min (%.2f a second)", trace.size(), minutes,
              minutes > 0 ? static_cast<double>(trace.size()) / minutes / 60 : 0);
  std::printf("; each engine holds %lld tokens\n",
              static_cast<long long>(options.engines.front().kv_tokens));
  if (!remarks.empty()) std::printf("%s\n", remarks.c_str());
  std::printf("\n%s", TableHead().c_str());
}

// Returns the mean time to the first token.
double Simulate(const Trace& trace, const SimulatorOptions& options, int64_t workers,
                const std::pair<std::string, conf::Policy>& policy) {
  const ReplayResult result =
      Replay(trace, options.Fleet(workers), policy.second, options.assumed_kv).Run();
  std::string row = TableRow(policy.first, result);
  if (result.too_long > 0 || result.preempted > 0) {
    row.pop_back();
    row += "  (" + std::to_string(result.too_long) + " too long, " +
           std::to_string(result.preempted) + " preempted)\n";
  }
  std::printf("%s", row.c_str());
  std::fflush(stdout);
  return Mean(result.first_token_ms);
}

int Run(const SimulatorOptions& options) {
  std::string error, remarks;
  const Trace trace = ReadTrace(options.trace, options.wishes, &error, &remarks);
  if (!error.empty()) {
    std::fprintf(stderr, "sim: %s\n", error.c_str());
    return 1;
  }
  PrintAbout(trace, options, remarks);
  double first = 0;
  for (const auto& policy : options.policies) {
    const double mean = Simulate(trace, options, options.workers, policy);
    if (policy == options.policies.front()) first = mean;
  }
  if (options.more == 0) return 0;
  std::printf("\nwith %lld more:\n", static_cast<long long>(options.more));
  const double then =
      Simulate(trace, options, options.workers + options.more, options.policies.front());
  if (first > 0) std::printf("the first token comes after %.2f of the time\n", then / first);
  return 0;
}

}  // namespace
}  // namespace banto::perf

int main(int argc, char** argv) {
  return banto::perf::Run(banto::perf::ParseSimulatorOptions(argc, argv));
}
