// What came of all requests, and how it is told.
#ifndef BANTO_PERF_LOAD_TALLY_H_
#define BANTO_PERF_LOAD_TALLY_H_

#include <cstdint>
#include <map>
#include <string>

#include "perf/common/histogram.h"

namespace banto::perf {

enum class Outcome : uint8_t {
  kOk,         // the whole answer, and the right one
  kWrong,      // says what another prompt's answer would, or nobody's
  kTruncated,  // too short, and yet said to be whole
  kAborted,    // left by us
  kError,      // visibly failed; the kind of failure is counted apart
};

struct Tally {
  void Count(Outcome outcome, const std::string& error = {});
  uint64_t total() const { return ok + wrong + truncated + aborted + failed; }
  bool honest() const { return wrong == 0 && truncated == 0; }

  uint64_t ok = 0, wrong = 0, truncated = 0, aborted = 0, failed = 0;
  uint64_t tokens = 0, retried = 0;
  std::map<std::string, uint64_t> errors;  // by kind
  std::map<std::string, uint64_t> cache;   // by X-Cache
  Histogram first_token, between_tokens, whole;
};

// One JSON object.
std::string Report(const Tally& tally, double elapsed_s);

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_TALLY_H_
