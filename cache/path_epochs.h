// Which paths of apps were written to: an epoch per path and method, which is part of the key of
// answers stored for them. A write starts a new epoch, so that older answers are no longer found,
// and those still being fetched are stored where nobody looks (RFC 9111 §4.4). Shared by all
// threads.
//
// Paths share a bounded number of slots: a write can make another path forget, but never remember.
#ifndef BANTO_CACHE_PATH_EPOCHS_H_
#define BANTO_CACHE_PATH_EPOCHS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace banto::cache {

class PathEpochs {
 public:
  static constexpr size_t kSlots = 4096;
  static constexpr size_t kEpochBytes = 8;

  PathEpochs();

  // 0: no known write.
  uint64_t Of(std::string_view method, std::string_view path) const {
    return epochs_[SlotOf(method, path)].load(std::memory_order_acquire);
  }
  // Answers stored for `method` at `path`, with any query, will not be found any more.
  void Next(std::string_view method, std::string_view path);

  // The table in Redis, shared by all processes: kSlots epochs of kEpochBytes, in order. Epochs are
  // drawn at random and thus distinct. A process that writes uses an epoch of its own until Redis
  // has the next one: nobody stores under an epoch of the table before it is there, so the order in
  // which the writes of several processes arrive does not matter.
  struct Change {
    size_t slot;
    uint64_t count;     // the write that it reports
    std::string epoch;  // as in the table
  };
  // Changes that Redis does not have yet.
  std::vector<Change> Unsaved();
  void OnSaved(const Change& change, int64_t now_us);
  // The table as Redis had it at some time after `asked_us`.
  void Follow(std::string_view table, int64_t asked_us);

  // Equal for all spellings of a path, because escapes are decoded.
  static size_t SlotOf(std::string_view method, std::string_view path);

 private:
  // A slot with an epoch of its own in this process.
  struct Moved {
    uint64_t count = 0;           // number of writes in total when it was last written
    int64_t saved_us = kUnsaved;  // when Redis confirmed the last of them
  };
  static constexpr int64_t kUnsaved = INT64_MAX;

  uint64_t Draw() { return random_() | 1; }  // never 0
  void Move(size_t slot);

  std::unique_ptr<std::atomic<uint64_t>[]> epochs_;
  std::mutex mutex_;  // serializes changes; guards everything below
  uint64_t writes_ = 0;
  std::unordered_map<size_t, Moved> moved_;
  std::mt19937_64 random_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_PATH_EPOCHS_H_
