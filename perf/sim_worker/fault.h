// Faults of a simulated engine, set on the command line or by POST /ctl. Pure.
#ifndef BANTO_PERF_SIM_WORKER_FAULT_H_
#define BANTO_PERF_SIM_WORKER_FAULT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::perf {

enum class FaultKind : uint8_t {
  kNone,
  kDelay,      // the answer begins delay_ms late
  kHang,       // the request is read and never answered; /health stays good
  kStall,      // silent after after_tokens, the connection stays open
  kReset,      // the connection is reset after after_tokens
  kCut,        // it is closed after after_tokens, without the terminal chunk
  kNoDone,     // ends after after_tokens, with the terminal chunk, but without finish and [DONE]
  kError,      // this engine's error event after after_tokens
  kErrorDone,  // an error event and [DONE], whatever the engine
  kStatus,     // this status instead of an answer (429, 503 …)
  kBusy,       // the engine's own error for a full queue
  kLoading,    // every path answers that the model is loading, including /health
  kUnhealthy,  // /health fails, answers are good
  kFreeze,     // the engine takes no steps, whatever it has begun; /health stays good
};

const char* FaultName(FaultKind kind);
bool FaultFromName(std::string_view name, FaultKind* kind);

struct Fault {
  FaultKind kind = FaultKind::kNone;
  int64_t after_tokens = 3;
  int64_t delay_ms = 1000;
  int64_t status = 503;
  double share = 1;  // of the requests
};

// Counts rather than draws at random: of 10 requests with share 0.3, always the same three.
class FaultDice {
 public:
  bool Hits(double share);

 private:
  double owed_ = 0;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_FAULT_H_
