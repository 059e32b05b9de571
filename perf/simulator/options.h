// The options of the simulator.
#ifndef BANTO_PERF_SIMULATOR_OPTIONS_H_
#define BANTO_PERF_SIMULATOR_OPTIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conf/policy.h"
#include "perf/engine/engine_costs.h"
#include "perf/trace/trace.h"

namespace banto::perf {

struct SimulatorOptions {
  std::string trace;
  TraceWishes wishes;
  int64_t workers = 4;
  int64_t more = 1;  // workers: also what so many more would bring; 0: not asked
  std::vector<std::pair<std::string, conf::Policy>> policies;
  std::vector<EngineCosts> engines;  // in turn, as many as there are workers
  int64_t assumed_kv = 0;  // tokens that the balancing takes a memory to hold; 0: what it holds

  std::vector<EngineCosts> Fleet(int64_t count) const;
};

// Exits if the options are invalid.
SimulatorOptions ParseSimulatorOptions(int argc, char** argv);

}  // namespace banto::perf

#endif  // BANTO_PERF_SIMULATOR_OPTIONS_H_
