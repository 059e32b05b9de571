#include "proxy/question/separation_memo.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "proxy/question/separation.h"

namespace banto {

std::string SeparationMemo::Note(const cache::MacTag& prompt, std::string_view caller) {
  Lines lines = Read(caller);
  std::string name;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (slots_.empty()) slots_.resize(kSlots);
  Slot& slot = slots_[cache::MacTag::Hash{}(prompt) & (kSlots - 1)];
  if (slot.used && slot.prompt == prompt) name = FirstDifference(slot.lines, lines);
  slot.used = true;
  slot.prompt = prompt;
  slot.lines = std::move(lines);
  return name;
}

SeparationMemo::Lines SeparationMemo::Read(std::string_view caller) {
  Lines lines;
  ForEachCallerLine(caller, [&lines](std::string_view name, std::string_view value) {
    if (lines.size() == kLinesMax) return;
    const size_t hash = std::hash<std::string_view>{}(value);
    lines.push_back({std::string(name.substr(0, kNameBytesMax)), hash});
  });
  return lines;
}

// Of two names at the same position, the lower one is missing in the other caller.
std::string SeparationMemo::FirstDifference(const Lines& a, const Lines& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!(a[i] == b[i])) return std::min(a[i].name, b[i].name);
  }
  if (a.size() == b.size()) return {};
  return a.size() > b.size() ? a[b.size()].name : b[a.size()].name;
}

}  // namespace banto
