#include "health/engine_facts.h"

#include <algorithm>

namespace banto::health {
namespace {

bool SameModel(const ListedModel& a, const ListedModel& b) {
  return a.name == b.name && a.revision == b.revision && a.owned_by == b.owned_by &&
         a.ollama_tag == b.ollama_tag && a.ollama_ps == b.ollama_ps;
}

}  // namespace

bool SameFacts(const EngineFacts& a, const EngineFacts& b) {
  return a.kind == b.kind && a.version == b.version && a.models_known == b.models_known &&
         a.models_cut == b.models_cut && a.models_unreadable == b.models_unreadable &&
         a.list_trouble == b.list_trouble && a.path == b.path && a.task == b.task &&
         a.slots == b.slots && a.slot_tokens == b.slot_tokens &&
         std::equal(a.models.begin(), a.models.end(), b.models.begin(), b.models.end(), SameModel);
}

}  // namespace banto::health
