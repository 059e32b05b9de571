// One thread's series, by metric and label set. The owner's thread counts without locks and, for
// known label sets, without allocating; a scrape on another thread reads. The mutex is held while a
// label set is added and while a scrape copies the list.
#ifndef BANTO_PROXY_OPS_SERIES_TABLE_H_
#define BANTO_PROXY_OPS_SERIES_TABLE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proxy/ops/label_values.h"
#include "proxy/ops/metric_table.h"

namespace banto::ops {

// One counter, gauge or histogram with its label values. Lives as long as its table.
class Series {
 public:
  Series(const Metric* metric, std::array<const std::string*, kLabelsMax> labels);

  // Owner's thread. A plain load and store, since there is no other writer.
  void Add(int64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void Observe(int64_t value);

  // Any thread.
  const Metric& metric() const { return *metric_; }
  const std::string& label(size_t i) const { return *labels_[i]; }
  // For a histogram its sum.
  int64_t value() const { return value_.load(std::memory_order_relaxed); }
  uint64_t bucket(size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }

 private:
  const Metric* const metric_;
  const std::array<const std::string*, kLabelsMax> labels_;
  std::atomic<int64_t> value_{0};
  std::unique_ptr<std::atomic<uint64_t>[]> buckets_;  // one more than bounds: +Inf
};

class SeriesTable {
 public:
  SeriesTable() : slots_(256) {}
  SeriesTable(const SeriesTable&) = delete;
  SeriesTable& operator=(const SeriesTable&) = delete;

  // Owner's thread. Finds or creates the series of a label set; arguments are ids of values().
  Series& Of(MetricId id, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0, uint32_t d = 0) {
    constexpr int kBits = LabelValues::kIdBits;
    // +1 keeps key 0 for free slots.
    uint64_t key = static_cast<uint64_t>(id) + 1;
    key = (((key << kBits | a) << kBits | b) << kBits | c) << kBits | d;
    const Slot* const slots = slots_.data();
    for (size_t at = SlotOf(key, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
      if (slots[at].key == key) return *slots[at].series;
      if (slots[at].series == nullptr) return Make(id, {a, b, c, d}, key);
    }
  }
  LabelValues& values() { return values_; }

  // Any thread.
  std::vector<const Series*> List() const;

 private:
  struct Slot {
    uint64_t key = 0;
    Series* series = nullptr;
  };
  // Fibonacci hashing: the high bits of the product depend on all bits of the key.
  static size_t SlotOf(uint64_t key, size_t slots) {
    return static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> 32) & (slots - 1);
  }
  Series& Make(MetricId id, std::array<uint32_t, kLabelsMax> labels, uint64_t key);
  void Insert(uint64_t key, Series* series);

  LabelValues values_;
  std::vector<Slot> slots_;  // open addressing; a power of two
  size_t used_ = 0;
  mutable std::mutex mutex_;
  std::deque<Series> series_;  // guarded by mutex_; only grows
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_SERIES_TABLE_H_
