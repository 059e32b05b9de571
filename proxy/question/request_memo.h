// What requests with the very same bytes meant before: the short cut past scanning the JSON and
// hashing its canonical form when a prompt is asked again as it was spelt (design.md §5). Found by
// a keyed MAC over everything that identification looks at; true for one snapshot only, so its
// thread clears it whenever it adopts another. One a ProxyThread; loop thread only; bounded.
#ifndef BANTO_PROXY_QUESTION_REQUEST_MEMO_H_
#define BANTO_PROXY_QUESTION_REQUEST_MEMO_H_

#include <array>
#include <vector>

#include "cache/body_mac.h"
#include "cache/cache_key.h"
#include "proxy/question/asked.h"
#include "proxy/routing/target.h"

namespace banto {

// A cacheable request of an API, identified.
struct KnownRequest {
  Target target;
  Asked asked;
  cache::CacheKey key;
};

class RequestMemo {
 public:
  // nullptr: not seen, or forgotten. Valid until the next Keep() or Clear().
  const KnownRequest* Find(const cache::MacTag& tag) const;
  // Takes a free way of its set, else the place of one of those who are there.
  void Keep(const cache::MacTag& tag, KnownRequest known);
  void Clear() { std::vector<Set>().swap(sets_); }

  // Which of kSets sets a tag belongs to.
  static size_t SetOf(const cache::MacTag& tag) { return cache::MacTag::Hash{}(tag) & (kSets - 1); }

 private:
  // In sets. A full one keeps pushing its own out where prompts come in turn, and the key decides
  // which share one: eight ways make that rare (measured: perf/README.md).
  static constexpr size_t kWays = 8;
  static constexpr size_t kSets = 128;  // a power of two
  struct Set {
    std::array<cache::MacTag, kWays> tags;  // together: a look reads two cache lines
    std::array<KnownRequest, kWays> known;  // without a group: free
  };
  std::vector<Set> sets_;  // empty until the first Keep()
  size_t next_victim_ = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_REQUEST_MEMO_H_
