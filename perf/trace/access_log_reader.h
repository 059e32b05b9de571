// Reads banto's access log (format = "json") as a trace. It needs `ts`, and uses
//   input_tokens, output_tokens   otherwise four bytes of `bytes_in` are a token, and `frames`
//   count prefix                        an array: the chain hash of each further 512 tokens of the
//   prompt session                       without `prefix`: what a session asks begins as what it
//   asked before cache                         answers from memory (hit, stale, shared) reached no
//   worker
// Without `prefix` and `session` no two prompts have anything in common. Pure.
#ifndef BANTO_PERF_TRACE_ACCESS_LOG_READER_H_
#define BANTO_PERF_TRACE_ACCESS_LOG_READER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "perf/trace/trace.h"

namespace banto::perf {

class AccessLogReader {
 public:
  // False: not a line of an access log. Lines of requests that reached no worker are passed over.
  bool ReadLine(std::string_view line, Trace* trace);
  // What was left out or guessed, for people; empty: nothing.
  std::string Remarks() const;

 private:
  int64_t passed_over_ = 0, without_tokens_ = 0, without_prefix_ = 0;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_TRACE_ACCESS_LOG_READER_H_
