// The prompts: requests ready to be sent, and what is needed to check the answers.
#ifndef BANTO_PERF_LOAD_PROMPTS_H_
#define BANTO_PERF_LOAD_PROMPTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perf/load/options.h"

namespace banto::perf {

struct Prompt {
  std::string request;  // head and body
  uint64_t seed = 0;    // of the answer
};

class Prompts {
 public:
  explicit Prompts(const LoadOptions& options);

  // The next prompt, in turn: stored here or, if all are to be different, made in *scratch.
  const Prompt* Next(Prompt* scratch);

 private:
  void Make(uint64_t number, bool other_spelling, Prompt* prompt) const;
  std::string Body(std::string_view text, bool other_spelling) const;
  void SpellAnew(uint64_t number, Prompt* prompt) const;

  const LoadOptions& options_;
  std::string head_, filler_, salt_;
  std::vector<Prompt> kept_;
  uint64_t asked_ = 0;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_PROMPTS_H_
