#include "cache/path_epochs.h"

#include "proxy/base/percent.h"

namespace banto::cache {
namespace {

constexpr uint64_t kPrime = 0x100000001b3;

uint64_t EpochAt(std::string_view table, size_t slot) {
  uint64_t epoch = 0;
  const size_t at = slot * PathEpochs::kEpochBytes;
  if (table.size() < at + PathEpochs::kEpochBytes) return 0;
  for (size_t i = 0; i < PathEpochs::kEpochBytes; ++i) {
    epoch = epoch << 8 | static_cast<uint8_t>(table[at + i]);
  }
  return epoch;
}

std::string EpochBytes(uint64_t epoch) {
  std::string bytes(PathEpochs::kEpochBytes, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(epoch >> 56);
    epoch <<= 8;
  }
  return bytes;
}

}  // namespace

PathEpochs::PathEpochs()
    : epochs_(new std::atomic<uint64_t>[kSlots]()), random_(std::random_device()()) {}

// FNV-1a: processes of other versions must compute the same slot.
size_t PathEpochs::SlotOf(std::string_view method, std::string_view path) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : method) hash = (hash ^ static_cast<uint8_t>(c)) * kPrime;
  for (size_t i = 0; i < path.size(); ++i) {
    auto byte = static_cast<uint8_t>(path[i]);
    if (const int escape = base::EscapeAt(path, i); escape >= 0) {
      byte = static_cast<uint8_t>(escape);
      i += 2;
    }
    hash = (hash ^ byte) * kPrime;
  }
  return (hash ^ hash >> 32) % kSlots;
}

void PathEpochs::Next(std::string_view method, std::string_view path) {
  const size_t slot = SlotOf(method, path);
  const std::lock_guard<std::mutex> lock(mutex_);
  Move(slot);
}

void PathEpochs::Move(size_t slot) {
  moved_[slot] = {++writes_, kUnsaved};
  epochs_[slot].store(Draw(), std::memory_order_release);
}

std::vector<PathEpochs::Change> PathEpochs::Unsaved() {
  std::vector<Change> changes;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [slot, moved] : moved_) {
    if (moved.saved_us == kUnsaved) changes.push_back({slot, moved.count, EpochBytes(Draw())});
  }
  return changes;
}

void PathEpochs::OnSaved(const Change& change, int64_t now_us) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto moved = moved_.find(change.slot);
  if (moved == moved_.end() || moved->second.count != change.count) return;
  moved->second.saved_us = now_us;
}

void PathEpochs::Follow(std::string_view table, int64_t asked_us) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (size_t slot = 0; slot < kSlots; ++slot) {
    const uint64_t theirs = EpochAt(table, slot);
    if (theirs == epochs_[slot].load(std::memory_order_relaxed)) continue;
    const auto moved = moved_.find(slot);
    if (moved != moved_.end() && moved->second.saved_us >= asked_us) continue;
    if (theirs == 0) {
      Move(slot);  // Redis has lost it, but perhaps not the older answers: send it again
      continue;
    }
    if (moved != moved_.end()) moved_.erase(moved);
    epochs_[slot].store(theirs, std::memory_order_release);
  }
}

}  // namespace banto::cache
