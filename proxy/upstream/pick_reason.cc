#include "proxy/upstream/pick_reason.h"

#include <charconv>
#include <cmath>

#include "proxy/upstream/worker.h"

namespace banto::upstream {
namespace {

void Append(double value, const char* unit, std::string* out) {
  char digits[24];
  const auto rounded = static_cast<int64_t>(std::llround(value));
  const auto end = std::to_chars(digits, digits + sizeof digits, rounded).ptr;
  out->append(digits, end).append(unit);
}

}  // namespace

std::string PickReason::Words() const {
  std::string words = policy;
  Append(of, among, &(words += " of "));
  if (!tells()) return words;
  const PickCost& cost = weighed->cost;
  Append(cost.total_ms(), " ms = ", &(words += ": "));
  Append(cost.ahead_ms, " ahead + ", &words);
  Append(cost.own_ms, " own (", &words);
  Append(weighed->cached_tokens, " of ", &words);
  Append(weighed->prompt_tokens, " tokens cached) + ", &words);
  Append(cost.decode_ms, " streams", &words);
  if (cost.load_ms > 0) Append(cost.load_ms, " to load the model", &(words += " + "));
  words.append("; next ").append(weighed->next->name());
  Append(weighed->next_ms, " ms", &(words += " with "));
  return words;
}

}  // namespace banto::upstream
