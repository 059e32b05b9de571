// What a request will ask of the worker that gets it, as far as its text tells. A value; made once
// for each Fetch that has a choice, shared with its place in the queue and its slot.
#ifndef BANTO_PROXY_UPSTREAM_DEMAND_H_
#define BANTO_PROXY_UPSTREAM_DEMAND_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace banto::upstream {

struct Demand {
  uint64_t model = 0;             // a hash of its name
  double prompt_bytes = 0;        // of its text, as JSON
  double prompt_tokens = 0;       // estimated; 0: it has no prompt that we know
  bool text_only = true;          // without pictures and the like
  double tokens_per_block = 0;    // of the chain
  std::vector<uint64_t> chain;    // see prefix_index.h
  std::vector<uint64_t> session;  // a chain of one: the caller's own name for a conversation
};
using DemandPtr = std::shared_ptr<const Demand>;

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_DEMAND_H_
