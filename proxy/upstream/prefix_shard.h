// A part of the PrefixIndex: a hash table from a block's hash to the holders that were sent it.
// Open addressing within windows of kWindow places; grows up to a bound, from where a new block
// takes the place of another. Its user holds `mutex` for as long as it works with it.
#ifndef BANTO_PROXY_UPSTREAM_PREFIX_SHARD_H_
#define BANTO_PROXY_UPSTREAM_PREFIX_SHARD_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace banto::upstream {

// A holder, and when by its own clock it last used a block. All zero: nobody.
struct PrefixUse {
  static constexpr int kStampBits = 48;
  static constexpr uint64_t kStampMask = (uint64_t{1} << kStampBits) - 1;

  static PrefixUse Of(uint16_t holder, uint64_t stamp) {
    return {uint64_t{holder} << kStampBits | (stamp & kStampMask)};
  }
  uint16_t holder() const { return static_cast<uint16_t>(bits >> kStampBits); }
  uint64_t stamp() const { return bits & kStampMask; }

  uint64_t bits = 0;
};

// The horizon of every holder: of what it used up to then it has nothing any more.
class PrefixHorizons {
 public:
  static constexpr size_t kHoldersMax = 4096;  // their numbers begin with 1

  bool IsHeld(PrefixUse use) const {
    return use.stamp() > horizons_[use.holder()].load(std::memory_order_relaxed);
  }
  std::atomic<uint64_t>& Of(uint16_t holder) { return horizons_[holder]; }

 private:
  std::array<std::atomic<uint64_t>, kHoldersMax> horizons_{};
};

class PrefixShard {
 public:
  mutable std::mutex mutex;

  // Who used the block, with zeros between. Valid until the next Use().
  std::span<const PrefixUse> Find(uint64_t hash) const;
  // The holder's use of the block; zero if it has none yet. To be set by the caller at once.
  PrefixUse* Use(uint64_t hash, uint16_t holder, const PrefixHorizons& horizons, size_t places_max);
  // Gets the block's place into the CPU's cache.
  void Prefetch(uint64_t hash) const {
    if (!places_.empty()) __builtin_prefetch(&places_[IndexOf(hash)]);
  }
  size_t bytes() const;

  static constexpr size_t kPlaceBytes = 32;

 private:
  static constexpr size_t kInline = 3;
  static constexpr size_t kWindow = 8;
  static constexpr size_t kPlacesFirst = 64;
  // In the first use of a place: the uses are in many_, at the index in its stamp.
  static constexpr uint16_t kMany = 0xFFFF;

  struct Place {
    uint64_t hash = 0;  // 0: free
    std::array<PrefixUse, kInline> uses;
    bool many() const { return uses[0].holder() == kMany; }
  };
  static_assert(sizeof(Place) == kPlaceBytes);

  size_t IndexOf(uint64_t hash) const { return hash & (places_.size() - kWindow); }
  const Place* FindPlace(uint64_t hash) const;
  std::span<PrefixUse> UsesOf(Place* place);
  Place* AddPlace(uint64_t hash, const PrefixHorizons& horizons, size_t places_max);
  Place* TakePlace(uint64_t hash, const PrefixHorizons& horizons);
  bool IsFree(Place* place, const PrefixHorizons& horizons);
  void Clear(Place* place);
  void Grow(const PrefixHorizons& horizons);
  PrefixUse* Spill(Place* place);

  std::vector<Place> places_;  // a power of two, or none
  std::vector<std::vector<PrefixUse>> many_;
  std::vector<size_t> free_many_;
  size_t many_uses_ = 0;  // in all of many_
};

}  // namespace banto::upstream

#endif  // BANTO_PROXY_UPSTREAM_PREFIX_SHARD_H_
