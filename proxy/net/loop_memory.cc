#include "proxy/net/loop_memory.h"

#include <event2/event.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

namespace banto::net {
namespace {

// Before each block stands its size, in as many bytes as malloc aligns to.
constexpr size_t kHeaderBytes = 16;
constexpr size_t kSmallBytes = 16;  // what a descriptor's slot takes
constexpr size_t kCellBytes = kHeaderBytes + kSmallBytes;
constexpr size_t kSlabCells = 256;

class SmallBlocks {
 public:
  char* Take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) AddSlab();
    char* cell = free_.back();
    free_.pop_back();
    return cell;
  }
  void Give(char* cell) {
    const std::lock_guard lock(mutex_);
    free_.push_back(cell);  // never allocates: there was room for every cell
  }

 private:
  void AddSlab() {
    slabs_.push_back(std::make_unique<char[]>(kSlabCells * kCellBytes));
    free_.reserve(slabs_.size() * kSlabCells);
    for (size_t i = kSlabCells; i-- > 0;) free_.push_back(slabs_.back().get() + i * kCellBytes);
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<char[]>> slabs_;
  std::vector<char*> free_;
};

// Never destroyed: the last loops may end after everything static.
SmallBlocks& Blocks() {
  static auto* const blocks = new SmallBlocks;
  return *blocks;
}

size_t SizeOf(const void* block) {
  size_t size = 0;
  std::memcpy(&size, static_cast<const char*>(block) - kHeaderBytes, sizeof size);
  return size;
}

void* Allocate(size_t size) {
  char* raw =
      size <= kSmallBytes ? Blocks().Take() : static_cast<char*>(std::malloc(kHeaderBytes + size));
  if (raw == nullptr) return nullptr;
  std::memcpy(raw, &size, sizeof size);
  return raw + kHeaderBytes;
}

void Free(void* block) {
  if (block == nullptr) return;
  char* const raw = static_cast<char*>(block) - kHeaderBytes;
  if (SizeOf(block) <= kSmallBytes) return Blocks().Give(raw);
  std::free(raw);
}

void* Reallocate(void* block, size_t size) {
  if (block == nullptr) return Allocate(size);
  void* const moved = Allocate(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(size, SizeOf(block)));
  Free(block);
  return moved;
}

}  // namespace

void UseLoopMemory() {
  static const bool once = [] {
    event_set_mem_functions(Allocate, Reallocate, Free);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace banto::net
