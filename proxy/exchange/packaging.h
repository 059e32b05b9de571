// Gives a stored answer in the packaging that is asked for: as a stream or as a whole, with its
// usage or without. Loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_PACKAGING_H_
#define BANTO_PROXY_EXCHANGE_PACKAGING_H_

#include "cache/cache.h"
#include "proxy/question/question.h"

namespace banto {

// The entry, or its other form, which is then kept beside it in `cache`. nullptr: it cannot be told
// so.
cache::EntryPtr Packaged(cache::EntryPtr entry, const Question& question, cache::Cache* cache);

// What this client does not get of it.
inline cache::BodySpan LeftOut(const cache::Entry& entry, const Asked& asked) {
  return asked.expectations.usage_requested ? cache::BodySpan() : entry.usage;
}

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_PACKAGING_H_
