#include "cache/entry_spans.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace banto::cache {
namespace {

void AddPatch(std::vector<Patch>* patches, size_t at, uint32_t size, Patch::Kind kind) {
  if (size == 0 || size > UINT16_MAX || at > UINT32_MAX) return;
  patches->push_back({static_cast<uint32_t>(at), static_cast<uint16_t>(size), kind});
}

void AddPatches(size_t base, const api::FrameVerdict& spans, std::vector<Patch>* patches) {
  const bool id_first = spans.id_at <= spans.created_at;
  const auto time = spans.created_is_date ? Patch::Kind::kDate : Patch::Kind::kCreated;
  const size_t before = patches->size();
  if (id_first) AddPatch(patches, base + spans.id_at, spans.id_size, Patch::Kind::kId);
  AddPatch(patches, base + spans.created_at, spans.created_size, time);
  if (!id_first) AddPatch(patches, base + spans.id_at, spans.id_size, Patch::Kind::kId);
  if (spans.again_at == 0) return;
  AddPatch(patches, base + spans.again_at, spans.created_size, time);
  std::sort(patches->begin() + static_cast<ptrdiff_t>(before), patches->end(),
            [](const Patch& a, const Patch& b) { return a.at < b.at; });
}

}  // namespace

bool AddSpans(size_t base, size_t size, const api::FrameVerdict& verdict, Entry* entry) {
  AddPatches(base, verdict, &entry->patches);
  if (!verdict.only_usage) return true;
  if (entry->usage.size > 0 || base + size > UINT32_MAX) return false;
  entry->usage = {static_cast<uint32_t>(base), static_cast<uint32_t>(size)};
  return true;
}

}  // namespace banto::cache
