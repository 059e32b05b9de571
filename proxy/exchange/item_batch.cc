#include "proxy/exchange/item_batch.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>

#include "cache/cache_control.h"
#include "proxy/api/answer_reader.h"
#include "proxy/api/engine_traits.h"
#include "proxy/fetch/told_head.h"

namespace banto {

ItemBatch::ItemBatch(ThreadContext* context, std::shared_ptr<Question> whole)
    : context_(context), whole_(std::move(whole)) {
  std::unordered_map<cache::CacheKey, size_t, cache::CacheKey::Hash> known;
  for (size_t item = 0; item < items().items.size(); ++item) {
    const auto [at, is_new] = known.try_emplace(items().items[item].key, slots_.size());
    if (is_new) {
      slots_.push_back({item, nullptr});
    } else {
      slots_[at->second].shared = true;
    }
    slot_of_.push_back(at->second);
  }
}

void ItemBatch::Take(Slot* slot, const cache::EntryPtr& entry) {
  const int64_t age_s = (context_->loop->WallMs() - entry->stored_at_ms) / 1000;
  if (cache::FreshEnough(whole_->cache.directives, age_s)) {
    slot->entry = entry;
  } else {
    reason_ = cache::MissReason::kExpired;
  }
}

// The commands of one turn go out in one write.
bool ItemBatch::LookUp(std::function<void()> done) {
  lookups_.clear();
  for (Slot& slot : slots_) {
    if (slot.entry) continue;
    const cache::CacheKey& key = items().items[slot.item].key;
    cache::MissReason reason;
    if (const cache::EntryPtr entry = context_->cache->FindInMemory(key, &reason)) {
      Take(&slot, entry);
      continue;
    }
    reason_ = reason;
    cache::LookupResult now;
    auto pending = context_->cache->FindInRedis(
        key, [this, &slot](const cache::LookupResult& result) { OnLookedUp(&slot, result); }, &now);
    if (pending) {
      lookups_.push_back(std::move(pending));
    } else if (now.entry) {
      Take(&slot, now.entry);
    } else if (context_->cache->has_redis()) {
      reason_ = now.reason;
    }
  }
  pending_ = lookups_.size();
  done_ = std::move(done);
  return pending_ == 0;
}

void ItemBatch::OnLookedUp(Slot* slot, const cache::LookupResult& result) {
  if (result.entry) {
    Take(slot, result.entry);
  } else {
    reason_ = result.reason;
  }
  if (--pending_ > 0) return;
  const auto done = std::move(done_);
  done();
}

size_t ItemBatch::found() const {
  return static_cast<size_t>(std::count_if(slot_of_.begin(), slot_of_.end(), [this](size_t slot) {
    return slots_[slot].entry != nullptr;
  }));
}

bool ItemBatch::complete() const {
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.entry != nullptr; });
}

// Any of the workers may be asked.
size_t ItemBatch::ItemsMax() const {
  size_t most = std::numeric_limits<size_t>::max();
  for (const upstream::WorkerPtr& worker : whole_->target.group->workers) {
    const size_t own = api::TraitsOf(worker->kind).vectors_max;
    if (own > 0) most = std::min(most, own);
  }
  return most;
}

bool ItemBatch::AllKnowBase64() const {
  const auto& workers = whole_->target.group->workers;
  return items().form->by_encoding &&
         std::all_of(workers.begin(), workers.end(), [](const upstream::WorkerPtr& worker) {
           return api::TraitsOf(worker->kind).knows_base64;
         });
}

std::shared_ptr<Question> ItemBatch::NextPart() {
  const size_t items_max = ItemsMax();
  asked_.clear();
  for (size_t slot = 0; slot < slots_.size() && asked_.size() < items_max; ++slot) {
    if (!slots_[slot].entry) asked_.push_back(slot);
  }
  if (asked_.empty() || asked_.size() == size()) return nullptr;
  auto asked = std::make_shared<cache::EmbeddingItems>();
  asked->form = items().form;
  asked->base64 = items().base64 || AllKnowBase64();
  for (const size_t slot : asked_) asked->items.push_back(items().items[slots_[slot].item]);
  part_ = std::make_shared<Question>(*whole_);
  part_->rewritten = cache::BodyOf(whole_->body(), items(), *asked);
  if (!held_.Resize(context_->buffered, part_->rewritten.size())) return nullptr;
  part_->asked.prompt = {};
  part_->asked.expectations.choices = static_cast<int>(asked->items.size());
  part_->cache.key = cache::KeyOfItems(*asked);
  part_->cache.items = std::move(asked);
  return part_;
}

bool ItemBatch::StoredMeanwhile() {
  bool found = false;
  for (const size_t slot : asked_) {
    cache::MissReason reason;
    const cache::CacheKey& key = items().items[slots_[slot].item].key;
    if (const auto entry = context_->cache->FindInMemory(key, &reason)) Take(&slots_[slot], entry);
    found = found || slots_[slot].entry;
  }
  return found;
}

bool ItemBatch::TakePart() {
  cache::Entry whole;
  whole.body = collected_.Take();
  api::AnswerReader reader(part_->asked.expectations);
  const auto complete = reader.CheckWhole(200, "application/json", whole.body, nullptr);
  if (complete != api::Completeness::kComplete) return false;
  whole.stored_at_ms = context_->loop->WallMs();
  whole.expires_at_ms = std::numeric_limits<int64_t>::max();
  whole.input_tokens = reader.usage().input_tokens;
  const auto entries = cache::EntriesOf(*part_->cache.items, whole);
  if (entries.empty()) return false;
  for (size_t i = 0; i < entries.size(); ++i) {
    slots_[asked_[i]].entry = entries[i];
    slots_[asked_[i]].is_new = true;
  }
  lead_ = entries.front();
  return true;
}

// The engine told the tokens of each item that was asked alone, and of a part as a whole.
bool ItemBatch::TellsTokensExactly() const {
  return std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) {
    return cache::KnowsItsTokens(*slot.entry) || (slot.is_new && !slot.shared);
  });
}

std::shared_ptr<cache::Entry> ItemBatch::Answer() {
  std::vector<cache::EntryPtr> entries;
  entries.reserve(size());
  for (const size_t slot : slot_of_) entries.push_back(slots_[slot].entry);
  auto answer = cache::AnswerOf(items(), entries, lead_ ? *lead_ : *entries.front());
  if (!answer || !held_.Resize(context_->buffered, answer->body.size())) return nullptr;
  FitRewritten(&head_.fields);
  if (answer->input_tokens >= 0 && !TellsTokensExactly()) {
    for (http::FieldList* fields : {&answer->fields, &head_.fields})
      fields->Replace("X-Banto-Estimated", "usage");
  }
  return answer;
}

}  // namespace banto
