// Which paths of apps were written to: an epoch for each path and method, which belongs to the key
// of what is stored for them. A write begins the next epoch, so that nothing of before is found
// again and what is still being fetched is stored where nobody looks (RFC 9111 §4.4). Shared by all
// threads.
//
// Paths share a bounded number of slots: a write can make another path forget, never remember.
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

  // 0: nothing was written there that we know of.
  uint64_t Of(std::string_view method, std::string_view path) const {
    return epochs_[SlotOf(method, path)].load(std::memory_order_acquire);
  }
  // What is stored of answers to `method` at `path`, with whatever query, is found no more.
  void Next(std::string_view method, std::string_view path);

  // The table in Redis, which all processes share: kSlots epochs of kEpochBytes, in order. They are
  // drawn at random, so that no two are the same. A process that writes has an epoch of its own
  // until Redis has the next one: nobody stores under an epoch of the table before it is there, so
  // it does not matter in which order the writes of several processes arrive.
  struct Change {
    size_t slot;
    uint64_t count;     // which write it tells of
    std::string epoch;  // as in the table
  };
  // What Redis is to be told.
  std::vector<Change> Unsaved();
  void OnSaved(const Change& change, int64_t now_us);
  // The table as Redis had it at some time after `asked_us`.
  void Follow(std::string_view table, int64_t asked_us);

  // The same for all spellings of a path: escapes are read.
  static size_t SlotOf(std::string_view method, std::string_view path);

 private:
  // A slot that has an epoch of its own here.
  struct Moved {
    uint64_t count = 0;           // of all writes, when it had its last
    int64_t saved_us = kUnsaved;  // when Redis had told that it has the last of them
  };
  static constexpr int64_t kUnsaved = INT64_MAX;

  uint64_t Draw() { return random_() | 1; }  // never 0
  void Move(size_t slot);

  std::unique_ptr<std::atomic<uint64_t>[]> epochs_;
  std::mutex mutex_;  // of whoever changes something; guards all below
  uint64_t writes_ = 0;
  std::unordered_map<size_t, Moved> moved_;
  std::mt19937_64 random_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_PATH_EPOCHS_H_
