#include "proxy/upstream/prefix_shard.h"

#include <algorithm>
#include <utility>

namespace banto::upstream {

std::span<const PrefixUse> PrefixShard::Find(uint64_t hash) const {
  const Place* const place = FindPlace(hash);
  if (place == nullptr) return {};
  if (place->many()) return many_[place->uses[0].stamp()];
  return place->uses;
}

PrefixUse* PrefixShard::Use(uint64_t hash, uint16_t holder, const PrefixHorizons& horizons,
                            size_t places_max) {
  Place* place = const_cast<Place*>(FindPlace(hash));  // NOLINT: a place of ours
  if (place == nullptr) place = AddPlace(hash, horizons, places_max);
  PrefixUse* unused = nullptr;
  for (PrefixUse& use : UsesOf(place)) {
    if (use.holder() == holder) return &use;
    if (use.bits == 0 || !horizons.IsHeld(use)) unused = &use;
  }
  // Beyond the bound one of the others gives way: there is no telling who needs it least.
  if (unused == nullptr)
    unused = many_uses_ < places_max ? Spill(place) : &UsesOf(place)[hash % UsesOf(place).size()];
  *unused = {};
  return unused;
}

const PrefixShard::Place* PrefixShard::FindPlace(uint64_t hash) const {
  if (places_.empty()) return nullptr;
  const Place* const first = &places_[IndexOf(hash)];
  const Place* const found =
      std::find_if(first, first + kWindow, [hash](const Place& p) { return p.hash == hash; });
  return found == first + kWindow ? nullptr : found;
}

std::span<PrefixUse> PrefixShard::UsesOf(Place* place) {
  if (place->many()) return many_[place->uses[0].stamp()];
  return place->uses;
}

PrefixShard::Place* PrefixShard::AddPlace(uint64_t hash, const PrefixHorizons& horizons,
                                          size_t places_max) {
  if (places_.empty()) places_.resize(kPlacesFirst);
  Place* place = TakePlace(hash, horizons);
  while (place == nullptr && places_.size() * 2 <= places_max) {
    Grow(horizons);
    place = TakePlace(hash, horizons);
  }
  if (place == nullptr) {  // any of them: there is no telling whose is the oldest
    place = &places_[IndexOf(hash) + (hash >> 56) % kWindow];
    Clear(place);
    place->hash = hash;
  }
  return place;
}

// nullptr: all places of its window are in use.
PrefixShard::Place* PrefixShard::TakePlace(uint64_t hash, const PrefixHorizons& horizons) {
  Place* const first = &places_[IndexOf(hash)];
  for (Place* place = first; place != first + kWindow; ++place) {
    if (!IsFree(place, horizons)) continue;
    Clear(place);
    place->hash = hash;
    return place;
  }
  return nullptr;
}

bool PrefixShard::IsFree(Place* place, const PrefixHorizons& horizons) {
  const std::span<const PrefixUse> uses = UsesOf(place);
  return place->hash == 0 || std::none_of(uses.begin(), uses.end(), [&](PrefixUse use) {
           return use.bits != 0 && horizons.IsHeld(use);
         });
}

void PrefixShard::Clear(Place* place) {
  if (place->many()) {
    const size_t at = place->uses[0].stamp();
    many_uses_ -= many_[at].size();
    std::vector<PrefixUse>().swap(many_[at]);
    free_many_.push_back(at);
  }
  *place = {};
}

void PrefixShard::Grow(const PrefixHorizons& horizons) {
  std::vector<Place> old(places_.size() * 2);
  old.swap(places_);
  for (Place& place : old) {
    if (IsFree(&place, horizons)) {
      Clear(&place);
      continue;
    }
    Place* const taken = TakePlace(place.hash, horizons);
    if (taken == nullptr) {
      Clear(&place);
    } else {
      *taken = place;
    }
  }
}

// A place for one more use of a block that kInline others use, or more.
PrefixUse* PrefixShard::Spill(Place* place) {
  if (!place->many()) {
    size_t at = many_.size();
    if (free_many_.empty()) {
      many_.emplace_back();
    } else {
      at = free_many_.back();
      free_many_.pop_back();
    }
    many_[at].assign(place->uses.begin(), place->uses.end());
    many_uses_ += place->uses.size();
    place->uses = {PrefixUse::Of(kMany, at)};
  }
  ++many_uses_;
  return &many_[place->uses[0].stamp()].emplace_back();
}

size_t PrefixShard::bytes() const {
  size_t bytes = places_.capacity() * sizeof(Place) + free_many_.capacity() * sizeof(size_t) +
                 many_.capacity() * sizeof(std::vector<PrefixUse>);
  for (const auto& uses : many_) bytes += uses.capacity() * sizeof(PrefixUse);
  return bytes;
}

}  // namespace banto::upstream
