#include "proxy/ops/series_table.h"

#include "proxy/ops/histogram.h"

namespace banto::ops {
namespace {

static_assert(kLabelsMax * LabelValues::kIdBits + 8 <= 64 && kMetrics < 256);

// Fibonacci hashing: the high bits of the product depend on all bits of the key.
size_t SlotOf(uint64_t key, size_t slots) {
  return static_cast<size_t>((key * 0x9E3779B97F4A7C15u) >> 32) & (slots - 1);
}

}  // namespace

Series::Series(const Metric* metric, std::array<const std::string*, kLabelsMax> labels)
    : metric_(metric), labels_(labels) {
  if (metric->type == MetricType::kHistogram) {
    buckets_ = std::make_unique<std::atomic<uint64_t>[]>(metric->bounds.size() + 1);
  }
}

void Series::Observe(int64_t value) {
  std::atomic<uint64_t>& bucket = buckets_[BucketOf(metric_->bounds, value)];
  bucket.store(bucket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  Add(value);
}

Series& SeriesTable::Of(MetricId id, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  constexpr int kBits = LabelValues::kIdBits;
  // The id is never 0 as a whole key: +1 keeps key 0 for free slots.
  uint64_t key = static_cast<uint64_t>(id) + 1;
  key = (((key << kBits | a) << kBits | b) << kBits | c) << kBits | d;
  for (size_t at = SlotOf(key, slots_.size()); slots_[at].series != nullptr;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].key == key) return *slots_[at].series;
  }
  return Make(id, {a, b, c, d}, key);
}

Series& SeriesTable::Make(MetricId id, std::array<uint32_t, kLabelsMax> labels, uint64_t key) {
  std::array<const std::string*, kLabelsMax> texts;
  for (size_t i = 0; i < kLabelsMax; ++i) texts[i] = values_.Text(labels[i]);
  Series* made = nullptr;
  {
    const std::lock_guard lock(mutex_);
    made = &series_.emplace_back(&MetricOf(id), texts);
  }
  Insert(key, made);
  return *made;
}

void SeriesTable::Insert(uint64_t key, Series* series) {
  if (++used_ * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    used_ = 1;
    for (const Slot& slot : old) {
      if (slot.series != nullptr) Insert(slot.key, slot.series);
    }
  }
  size_t at = SlotOf(key, slots_.size());
  while (slots_[at].series != nullptr) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {key, series};
}

std::vector<const Series*> SeriesTable::List() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Series*> list;
  list.reserve(series_.size());
  for (const Series& series : series_) list.push_back(&series);
  return list;
}

}  // namespace banto::ops
