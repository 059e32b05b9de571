// The prompts: requests ready to be sent, and what is needed to check the answers.
#ifndef BANTO_PERF_LOAD_PROMPTS_H_
#define BANTO_PERF_LOAD_PROMPTS_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "perf/load/options.h"

namespace banto::perf {

struct Prompt {
  std::string request;    // head and body
  uint64_t seed = 0;      // of the answer
  int64_t tokens = 0;     // of the answer
  bool streamed = false;  // the answer
  size_t number = 0;      // of the request, in a trace
};

class PromptSource {
 public:
  virtual ~PromptSource() = default;
  // What is asked next: stored there, or made in *scratch.
  virtual const Prompt* Next(Prompt* scratch, std::mt19937_64* random) = 0;
};

// The head of every request, up to the length of its body.
std::string RequestHead(const LoadOptions& options);

class Prompts : public PromptSource {
 public:
  explicit Prompts(const LoadOptions& options);

  // The next prompt, in turn or drawn: stored here or, if all are to be different, made in
  // *scratch.
  const Prompt* Next(Prompt* scratch, std::mt19937_64* random) override;
  // Of those to be drawn, the ones that were.
  size_t drawn() const {
    return static_cast<size_t>(std::count(drawn_.begin(), drawn_.end(), true));
  }

 private:
  const Prompt* Draw(std::mt19937_64* random);
  void Make(uint64_t number, bool other_spelling, bool streamed, Prompt* prompt) const;
  std::string Body(std::string_view text, bool other_spelling, bool streamed) const;
  void SpellAnew(uint64_t number, Prompt* prompt) const;

  const LoadOptions& options_;
  std::string head_, filler_, salt_;
  std::vector<Prompt> kept_;
  uint64_t asked_ = 0;
  std::vector<double> until_;  // the sums of the weights, by prompt
  std::vector<bool> drawn_;
  size_t last_ = 0;  // the one drawn last
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_PROMPTS_H_
