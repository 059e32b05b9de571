// Memory of short-lived objects, kept for the next one of its type on the same thread: what one
// request frees, the next one takes, still warm in the cache. malloc's own thread cache ends at
// 1 KiB, below what an Exchange needs. Any thread may free what another one made.
#ifndef BANTO_PROXY_NET_RECYCLED_H_
#define BANTO_PROXY_NET_RECYCLED_H_

#include <cstddef>
#include <new>
#include <vector>

namespace banto::net {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BANTO_RECYCLES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BANTO_RECYCLES 0
#endif
#endif
#ifndef BANTO_RECYCLES
#define BANTO_RECYCLES 1
#endif

// How many free blocks a thread keeps of each type; more go back to malloc.
inline constexpr size_t kRecycledMax = 128;

// `class alignas(64) Exchange : public net::Recycled<Exchange>` is all there is to do; T is aligned
// to a cache line, so that its author can say what shares one. Sanitizers see each object's true
// life: there, nothing is kept.
template <typename T>
class Recycled {
 public:
#if BANTO_RECYCLES
  static void* operator new(size_t size, std::align_val_t align) {
    std::vector<void*>& blocks = Free().blocks;
    // Another size: a class derived from T.
    if (size != sizeof(T) || blocks.empty()) return ::operator new(size, align);
    void* block = blocks.back();
    blocks.pop_back();
    return block;
  }
  static void operator delete(void* block, size_t size, std::align_val_t align) {
    std::vector<void*>& blocks = Free().blocks;
    if (size != sizeof(T) || blocks.size() == blocks.capacity()) {
      return ::operator delete(block, align);
    }
    blocks.push_back(block);
  }

  // Gives this thread's free blocks back to malloc.
  static void DropFree() { Free().Drop(); }

 private:
  struct FreeList {
    FreeList() { blocks.reserve(kRecycledMax); }
    ~FreeList() {
      Drop();
      // What is freed after this, at the thread's very end, goes to malloc.
      std::vector<void*>().swap(blocks);
    }
    void Drop() {
      for (void* block : blocks) ::operator delete (block, std::align_val_t{alignof(T)});
      blocks.clear();
    }
    std::vector<void*> blocks;
  };
  static FreeList& Free() {
    thread_local FreeList free;
    return free;
  }
#else
  static void DropFree() {}
#endif
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_RECYCLED_H_
