// The items of a request for vectors, each under a key of its own: a batch shares vectors with
// every other batch that has some of its items, in floats or base64, in any order
// (wire-compatibility.md §4.5). Pure.
#ifndef BANTO_CACHE_EMBEDDING_ITEMS_H_
#define BANTO_CACHE_EMBEDDING_ITEMS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache_key.h"
#include "cache/entry.h"
#include "proxy/api/vector_form.h"
#include "proxy/json/json_scan.h"

namespace banto::cache {

struct EmbeddingItems {
  // OpenAI takes no longer lists. What is longer is kept as a whole.
  static constexpr size_t kItemsMax = 2048;

  struct Item {
    CacheKey key;
    std::string_view text;  // in the body; of a single one: empty
  };
  const api::VectorForm* form = nullptr;
  bool base64 = false;               // how the vectors are wanted
  std::string_view input, encoding;  // values in the body; of a single item, or absent: empty
  std::vector<Item> items;
};

// What `scan` asks. nullptr: it has no such items, or vectors that are not floats.
std::shared_ptr<const EmbeddingItems> ReadItems(const KeyContext& context,
                                                const json::JsonScan& scan, IgnoredFields ignored,
                                                const api::VectorForm& form);

// Of all items in their order, in this form.
std::optional<CacheKey> KeyOfItems(const EmbeddingItems& items);

// `body`, of which `asked` is a part, with the items of `asked` only, and in its encoding.
std::string BodyOf(std::string_view body, const EmbeddingItems& whole, const EmbeddingItems& asked);

// A whole answer as an entry per item, in their order; none: it is not the answer to them. Each has
// its share of the tokens.
std::vector<EntryPtr> EntriesOf(const EmbeddingItems& items, const Entry& whole);

// Entries of items as one answer; `lead` gives its head and what else it says. nullptr: they are
// not of one width, or no items'.
std::shared_ptr<Entry> AnswerOf(const EmbeddingItems& items, std::span<const EntryPtr> entries,
                                const Entry& lead);

// Whether an item was asked alone: of one in a batch the engine did not tell the tokens.
bool KnowsItsTokens(const Entry& entry);

}  // namespace banto::cache

#endif  // BANTO_CACHE_EMBEDDING_ITEMS_H_
