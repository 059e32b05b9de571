// What earlier requests with identical bytes meant: avoids scanning the JSON and hashing its
// canonical form when a prompt is repeated byte for byte (design.md §5). Looked up by a keyed MAC
// over everything that identification depends on. Valid for one snapshot, so its thread clears it
// when it adopts another. One per ProxyThread; loop thread only; bounded.
#ifndef BANTO_PROXY_QUESTION_REQUEST_MEMO_H_
#define BANTO_PROXY_QUESTION_REQUEST_MEMO_H_

#include <array>
#include <string>
#include <vector>

#include "cache/body_mac.h"
#include "proxy/question/asked.h"
#include "proxy/question/cache_plan.h"
#include "proxy/routing/target.h"

namespace banto {

// A cacheable API request, identified.
struct KnownRequest {
  Target target;
  Asked asked;
  KnownKey key;
  std::string alias;  // what the client asked for, if [[models]] knows the name
};

class RequestMemo {
 public:
  // nullptr: not seen, or forgotten. Valid until the next Keep() or Clear().
  const KnownRequest* Find(const cache::MacTag& tag) const;
  // Uses a free way of its set, or replaces one that is taken.
  void Keep(const cache::MacTag& tag, KnownRequest known);
  void Clear() { std::vector<Set>().swap(sets_); }

  // The set, of kSets, to which a tag belongs.
  static size_t SetOf(const cache::MacTag& tag) { return cache::MacTag::Hash{}(tag) & (kSets - 1); }

 private:
  // Ways per set. With prompts in turn a full set keeps evicting its own entries, and the key
  // decides which prompts share one: eight ways make that rare (measured: perf/README.md).
  static constexpr size_t kWays = 8;
  static constexpr size_t kSets = 128;  // a power of two
  struct Set {
    std::array<cache::MacTag, kWays> tags;  // contiguous: a look-up reads two cache lines
    std::array<KnownRequest, kWays> known;  // without a group: free
  };
  std::vector<Set> sets_;  // empty until the first Keep()
  size_t next_victim_ = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_REQUEST_MEMO_H_
