// How many times its assumed capacity a worker's KV cache really has, by what its answers say was
// cached of their prompts. Less than was expected: it forgets sooner. More, although something was
// forgotten here: later. Steps that agree grow, and halve when they do not, so that it is soon
// there and then stays. It takes many answers to get far, and none gets beyond the bounds: who lies
// alone does no more harm than that.
//
// Engines that do not tell change nothing. vLLM and SGLang say nothing instead of 0, so once an
// answer of an operation has told of any, silence is none. Guarded by its PrefixHolder.
#ifndef BANTO_PROXY_UPSTREAM_KV_FIT_H_
#define BANTO_PROXY_UPSTREAM_KV_FIT_H_

#include <cstdint>
#include <vector>

#include "proxy/api/operation.h"

namespace banto::upstream {

// Of one prompt's tokens: how many were expected to be cached, and what its answer says.
struct CachedTokens {
  double prompt = 0, expected = 0;  // as estimated
  bool lately = false;  // what was expected was sent so lately that it may still be being read
  const api::OperationInfo* operation = nullptr;
  double told_prompt = -1, told = -1;  // by the engine's count; -1: it does not say
};

class KvFit {
 public:
  static constexpr double kFactorMin = 1.0 / 8, kFactorMax = 4;

  // `forgot`: for lack of room something was forgotten that may still be there. True: the factor is
  // another now.
  bool Note(const CachedTokens& tokens, bool forgot);
  double factor() const { return factor_; }

 private:
  double Told(const CachedTokens& tokens);

  double factor_ = 1;
  double step_ = 0;  // the last one, of its logarithm; below 0: downwards
  std::vector<const api::OperationInfo*> telling_;
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_KV_FIT_H_
