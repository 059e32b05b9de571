#include "proxy/ops/label_values.h"

#include <functional>

namespace banto::ops {

LabelValues::LabelValues() : slots_(64) {
  Id("");
  Id("other");
}

uint32_t LabelValues::Id(std::string_view text) {
  const uint32_t hash = static_cast<uint32_t>(std::hash<std::string_view>{}(text));
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at].id_plus_1 != 0; at = (at + 1) & mask) {
    const uint32_t id = slots_[at].id_plus_1 - 1;
    if (slots_[at].hash == hash && texts_[id] == text) return id;
  }
  if (texts_.size() == kTextsMax) return kOther;
  const uint32_t id = static_cast<uint32_t>(texts_.size());
  texts_.emplace_back(text);
  slots_[at] = {hash, id + 1};
  if (texts_.size() * 2 > slots_.size()) Grow();
  return id;
}

uint32_t LabelValues::IdOfLiteral(const char* text) {
  const auto address = reinterpret_cast<uintptr_t>(text);
  const size_t first = address * 0x9E3779B97F4A7C15u >> 56;
  for (size_t at = first; at < first + kProbesMax; ++at) {
    Literal& known = literals_[at & (kLiterals - 1)];
    if (known.text == nullptr) known = {text, Id(text)};
    if (known.text == text) return known.id;
  }
  return Id(text);
}

void LabelValues::Grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id_plus_1 == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].id_plus_1 != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace banto::ops
