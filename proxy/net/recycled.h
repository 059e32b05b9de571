// Recycles the memory of short-lived objects per type and thread: the next request gets what the
// last one freed, still warm in the cache. malloc's own thread cache stops at 1 KiB, below the size
// of an Exchange. Any thread may free what another allocated.
#ifndef BANTO_PROXY_NET_RECYCLED_H_
#define BANTO_PROXY_NET_RECYCLED_H_

#include <cstddef>
#include <new>
#include <vector>

#include "proxy/net/spares.h"

namespace banto::net {

// The free blocks of one type on this thread.
template <typename T>
class FreeBlocks {
 public:
  static void* Take() {
    std::vector<void*>& blocks = OfThread().blocks;
    if (BANTO_RECYCLES == 0 || blocks.empty()) return ::operator new(sizeof(T), kAlign);
    void* block = blocks.back();
    blocks.pop_back();
    return block;
  }
  static void Leave(void* block) {
    std::vector<void*>& blocks = OfThread().blocks;
    // Sanitizers must see each object's real lifetime.
    if (BANTO_RECYCLES == 0 || blocks.size() == blocks.capacity()) {
      return ::operator delete(block, kAlign);
    }
    blocks.push_back(block);
  }
  static size_t count() { return OfThread().blocks.size(); }

 private:
  static constexpr std::align_val_t kAlign{alignof(T)};
  struct List final : Spares {
    List() { blocks.reserve(kSparesMax); }
    ~List() {
      Drop();
      // Blocks freed later, while the thread exits, go to malloc.
      std::vector<void*>().swap(blocks);
    }
    void Drop() override {
      for (void* block : blocks) ::operator delete(block, kAlign);
      blocks.clear();
    }
    std::vector<void*> blocks;
  };
  static List& OfThread() {
    thread_local List list;
    return list;
  }
};

// Use as `class alignas(64) Exchange : public net::Recycled<Exchange>`. The alignment lets the
// author of T decide which members share a cache line.
template <typename T>
class Recycled {
 public:
  static void* operator new(size_t size, std::align_val_t align) {
    // A different size means a class derived from T.
    return size == sizeof(T) ? FreeBlocks<T>::Take() : ::operator new(size, align);
  }
  static void operator delete(void* block, size_t size, std::align_val_t align) {
    if (size == sizeof(T)) {
      FreeBlocks<T>::Leave(block);
    } else {
      ::operator delete(block, align);
    }
  }
};

// The same for objects that a library allocates one at a time (a shared_ptr's control block).
template <typename T>
struct RecycledAllocator {
  using value_type = T;
  RecycledAllocator() = default;
  template <typename U>
  RecycledAllocator(const RecycledAllocator<U>& /*other*/) {}  // NOLINT: must be implicit
  T* allocate(size_t count) {
    if (count == 1) return static_cast<T*>(FreeBlocks<T>::Take());
    return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{alignof(T)}));
  }
  void deallocate(T* block, size_t count) {
    if (count == 1) return FreeBlocks<T>::Leave(block);
    ::operator delete (block, std::align_val_t{alignof(T)});
  }
  bool operator==(const RecycledAllocator& /*other*/) const { return true; }
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_RECYCLED_H_
