// A log of requests, to be sent or simulated again: when, how long, and what their prompts have in
// common. Pure.
#ifndef BANTO_PERF_TRACE_TRACE_H_
#define BANTO_PERF_TRACE_TRACE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banto::perf {

struct TracedRequest {
  static constexpr int64_t kPieceTokens = 512;

  double at_ms = 0;
  int64_t prompt_tokens = 1, output_tokens = 1;
  // The prompt in pieces of 512 tokens, the last one incomplete. Equal numbers are equal texts.
  std::vector<uint64_t> pieces;
  std::vector<int64_t> messages;  // the tokens of each, of user and assistant in turn; empty: one
  int64_t session = 0;            // 0: none
  double think_ms = -1;  // >= 0: begins so long after its session's last one ended, not at at_ms
};

// In the order of their times, the first at 0.
using Trace = std::vector<TracedRequest>;

struct TraceWishes {
  double rate = 1;    // 2: with half the gaps
  int64_t limit = 0;  // requests; 0: all
  uint64_t seed = 1;
};

// By its content: Mooncake's lines of JSON, banto's access log (the same, with "ts"), or Azure's
// table. *error says why there is none; *remarks what had to be guessed.
Trace ReadTrace(const std::string& path, const TraceWishes& wishes, std::string* error,
                std::string* remarks);

// One line each, appended; false: not understood.
bool ReadMooncakeLine(std::string_view line, Trace* trace);
bool ReadAzureLine(std::string_view line, Trace* trace);

// By request, the one that follows it in its session and thinks first; 0: none.
std::vector<size_t> FollowersOf(const Trace& trace);

// Logs with coarse times have many requests at once: they are spread until the next time.
void SpreadTies(uint64_t seed, Trace* trace);

// The chain of a prompt's whole blocks, as an engine or a router would compute it from its text.
std::vector<uint64_t> ChainOf(const TracedRequest& request);

}  // namespace banto::perf

#endif  // BANTO_PERF_TRACE_TRACE_H_
