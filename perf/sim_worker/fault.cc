#include "perf/sim_worker/fault.h"

#include <array>

namespace banto::perf {
namespace {

constexpr std::array<const char*, 14> kNames = {
    "none",  "delay",      "hang",   "stall", "reset",   "cut",       "no_done",
    "error", "error_done", "status", "busy",  "loading", "unhealthy", "freeze"};

}  // namespace

const char* FaultName(FaultKind kind) { return kNames[static_cast<size_t>(kind)]; }

bool FaultFromName(std::string_view name, FaultKind* kind) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != name) continue;
    *kind = static_cast<FaultKind>(i);
    return true;
  }
  return false;
}

bool FaultDice::Hits(double share) {
  owed_ += share;
  if (owed_ < 1 - 1e-9) return false;
  owed_ -= 1;
  return true;
}

}  // namespace banto::perf
