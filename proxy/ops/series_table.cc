#include "proxy/ops/series_table.h"

#include "proxy/ops/histogram.h"

namespace banto::ops {
namespace {

static_assert(kLabelsMax * LabelValues::kIdBits + 8 <= 64 && kMetrics < 256);

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
