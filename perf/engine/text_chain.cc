#include "perf/engine/text_chain.h"

#include "perf/common/answer_text.h"

namespace banto::perf {

uint64_t NextInChain(uint64_t before, uint64_t content) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  uint64_t value = (before ^ (content + kOdd + (before << 6) + (before >> 2))) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

void TextChain::AddBlock(std::string_view block) {
  PromptHash content;
  content.Add(block);
  chain_.push_back(last_ = NextInChain(last_, content.value()));
}

void TextChain::Add(std::string_view text) {
  if (!rest_.empty()) {
    const std::string_view missing = text.substr(0, kBlockBytes - rest_.size());
    rest_ += missing;
    text.remove_prefix(missing.size());
    if (rest_.size() < kBlockBytes) return;
    AddBlock(rest_);
    rest_.clear();
  }
  for (; text.size() >= kBlockBytes; text.remove_prefix(kBlockBytes)) {
    AddBlock(text.substr(0, kBlockBytes));
  }
  rest_ = text;
}

}  // namespace banto::perf
