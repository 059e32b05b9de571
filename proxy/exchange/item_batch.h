// A request for vectors whose items are kept one by one: finds those that the cache has, asks for
// the rest in as many questions as its workers' batches need, and makes one answer of all. Owned by
// its Exchange; loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_ITEM_BATCH_H_
#define BANTO_PROXY_EXCHANGE_ITEM_BATCH_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cache/cache.h"
#include "cache/embedding_items.h"
#include "proxy/fetch/collected.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/question/question.h"

namespace banto {

class ItemBatch {
 public:
  ItemBatch(ThreadContext* context, std::shared_ptr<Question> whole);

  // Looks for those that are missing. True: that is done; otherwise `done` follows, not from within
  // this call, and may destroy this.
  bool LookUp(std::function<void()> done);
  size_t size() const { return slot_of_.size(); }
  size_t found() const;
  bool complete() const;
  // Why the last that is missing was not found.
  cache::MissReason reason() const { return reason_; }

  // What is asked next. nullptr: the whole question as it came, for nothing is gained otherwise, or
  // the process holds too much.
  std::shared_ptr<Question> NextPart();
  // Whether some of that was stored since it was looked for: who asked it then is in the table of
  // Fetches no more.
  bool StoredMeanwhile();
  // Its answer: the head, the bytes, the end. False: the process holds too much.
  void Begin(FetchHead head) { head_ = std::move(head); }
  bool Add(std::span<const std::string_view> pieces) {
    return collected_.Add(pieces, context_->buffered);
  }
  // False: it is not an answer to what was asked.
  bool TakePart();
  FetchHead& head() { return head_; }

  // Of a complete batch. nullptr: its vectors do not fit together, or the process holds too much.
  std::shared_ptr<cache::Entry> Answer();

 private:
  struct Slot {
    size_t item;            // the first that has its key
    cache::EntryPtr entry;  // nullptr: missing
    bool shared = false;    // several items have it
    bool is_new = false;    // a worker was asked for it just now
  };

  const cache::EmbeddingItems& items() const { return *whole_->cache.items; }
  void Take(Slot* slot, const cache::EntryPtr& entry);
  void OnLookedUp(Slot* slot, const cache::LookupResult& result);
  size_t ItemsMax() const;
  bool AllKnowBase64() const;
  bool TellsTokensExactly() const;

  ThreadContext* const context_;
  const std::shared_ptr<Question> whole_;
  std::vector<size_t> slot_of_;  // by item
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<cache::PendingLookup>> lookups_;
  size_t pending_ = 0;  // look-ups
  cache::MissReason reason_ = cache::MissReason::kKeyNotFound;
  std::function<void()> done_;
  std::shared_ptr<Question> part_;
  std::vector<size_t> asked_;  // the slots of the part
  FetchHead head_;
  Collected collected_;
  cache::EntryPtr lead_;  // of the newest part: gives the answer its head
  BufferedBytes held_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_ITEM_BATCH_H_
