#include "proxy/process/memory_trimmer.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace banto {

void MemoryTrimmer::KeepUntilQuiet() {
#if defined(__GLIBC__)
  constexpr int kKeptBytesMax = 8 << 20;        // at the end of each thread's arena
  constexpr int kOwnMappingBytesMin = 1 << 20;  // larger blocks are mapped and unmapped
                                                // individually
  mallopt(M_TRIM_THRESHOLD, kKeptBytesMax);
  mallopt(M_MMAP_THRESHOLD, kOwnMappingBytesMin);
#endif
}

void MemoryTrimmer::Trim() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace banto
