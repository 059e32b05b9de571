// Why a worker was chosen: by which policy, among whom, and, where costs were weighed, the terms of
// its own and the runner-up. Numbers, made with every pick; words only when somebody reads them.
#ifndef BANTO_PROXY_UPSTREAM_PICK_REASON_H_
#define BANTO_PROXY_UPSTREAM_PICK_REASON_H_

#include <cstdint>
#include <memory>
#include <string>

namespace banto::upstream {

class WorkerState;

// What a request is expected to wait for its first token at one worker, in milliseconds, and the
// part of its delay to others that counts like waiting (least_loaded.cc).
struct PickCost {
  double ahead_ms = 0;   // prompts that await their first token there
  double own_ms = 0;     // what it has to read of this prompt
  double decode_ms = 0;  // streams that run there
  double load_ms = 0;    // the model is not in memory
  double total_ms() const { return ahead_ms + own_ms + decode_ms + load_ms; }
};

// What a policy that weighs costs found.
struct Weighed {
  PickCost cost;
  double prompt_tokens = 0, cached_tokens = 0;
  double work_tokens = 0;  // that the worker has to read before the first token of this request
  std::shared_ptr<const WorkerState> next;  // the runner-up; nullptr: there is none
  double next_ms = 0;
};

struct PickReason {
  const char* policy = "";
  const char* among = "";  // "", " backups", " ejected", …: how far down the order (admission.h)
  int of = 0;              // number of candidates
  std::unique_ptr<const Weighed> weighed;  // nullptr: nothing was

  bool tells() const { return weighed && weighed->next && weighed->prompt_tokens > 0; }
  // "least_loaded of 3", or "least_loaded of 3: 52 ms = 40 ahead + 10 own (1024 of 2048 tokens
  // cached) + 2 streams; next gpu2 with 70 ms".
  std::string Words() const;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_PICK_REASON_H_
