// Notes in an Entry what a replay must write anew or may leave out. Pure.
#ifndef BANTO_CACHE_ENTRY_SPANS_H_
#define BANTO_CACHE_ENTRY_SPANS_H_

#include <cstddef>

#include "cache/entry.h"
#include "proxy/api/answer_reader.h"

namespace banto::cache {

// Of a frame of `size` bytes at body[base], or of a whole body. False: a second frame of usage, of
// which nobody could say what it means.
bool AddSpans(size_t base, size_t size, const api::FrameVerdict& verdict, Entry* entry);

}  // namespace banto::cache

#endif  // BANTO_CACHE_ENTRY_SPANS_H_
