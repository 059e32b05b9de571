// The outcome of all requests, and the report.
#ifndef BANTO_PERF_LOAD_TALLY_H_
#define BANTO_PERF_LOAD_TALLY_H_

#include <cstdint>
#include <map>
#include <string>

#include "perf/common/histogram.h"

namespace banto::perf {

enum class Outcome : uint8_t {
  kOk,         // the complete, correct answer
  kWrong,      // the answer to another prompt, or to none
  kTruncated,  // too short, yet declared complete
  kAborted,    // aborted by us
  kError,      // failed visibly; kinds are counted separately
};

struct Tally {
  void Count(Outcome outcome, const std::string& error = {});
  uint64_t total() const { return ok + wrong + truncated + aborted + failed; }
  bool honest() const { return wrong == 0 && truncated == 0; }

  uint64_t ok = 0, wrong = 0, truncated = 0, aborted = 0, failed = 0;
  uint64_t tokens = 0, retried = 0;
  uint64_t drawn = 0;                      // prompts, of those that were drawn from
  std::map<std::string, uint64_t> errors;  // by kind
  std::map<std::string, uint64_t> cache;   // by X-Cache
  Histogram first_token, between_tokens, whole;
};

// As a JSON object.
std::string Report(const Tally& tally, double elapsed_s);

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_TALLY_H_
