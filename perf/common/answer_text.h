// What a simulated engine answers: a function of the prompt, so that a client can tell a right
// answer from one to another prompt by itself. Pure.
#ifndef BANTO_PERF_COMMON_ANSWER_TEXT_H_
#define BANTO_PERF_COMMON_ANSWER_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace banto::perf {

// The seed of an answer: every text of the prompt, in order, as spelt inside the JSON.
class PromptHash {
 public:
  void Add(std::string_view text);
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0x6a09e667f3bcc908;
};

// Each token is a space and three syllables, always kTokenBytes long, and needs no JSON escapes.
inline constexpr size_t kTokenBytes = 7;
void AppendTokens(uint64_t seed, int64_t first, int64_t count, std::string* out);

// Whether `piece` is the part at byte `offset` of the answer to `seed`.
bool IsAnswerAt(uint64_t seed, size_t offset, std::string_view piece);

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_ANSWER_TEXT_H_
