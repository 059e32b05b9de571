#include "perf/common/answer_text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace banto::perf {
namespace {

constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;

uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

constexpr size_t kSyllables = 64;

// Every six bits of a token's number select a consonant and a vowel.
constexpr std::array<std::array<char, 2>, kSyllables> MakeSyllables() {
  constexpr std::string_view consonants = "bdfghjklmnprstvz", vowels = "aeio";
  std::array<std::array<char, 2>, kSyllables> made{};
  for (size_t i = 0; i < kSyllables; ++i) made[i] = {consonants[i & 15], vowels[i >> 4]};
  return made;
}

void WriteToken(uint64_t seed, uint64_t index, char* out) {
  static constexpr auto kTable = MakeSyllables();
  const uint64_t bits = Mix(seed + kOdd * (index + 1));
  out[0] = ' ';
  std::memcpy(out + 1, kTable[bits % kSyllables].data(), 2);
  std::memcpy(out + 3, kTable[(bits >> 6) % kSyllables].data(), 2);
  std::memcpy(out + 5, kTable[(bits >> 12) % kSyllables].data(), 2);
}

}  // namespace

// Eight bytes per step: 64 KB prompts are hashed by the origin, which shares a core with the load.
void PromptHash::Add(std::string_view text) {
  uint64_t hash = value_ ^ (text.size() * kOdd);
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data(), sizeof(word));
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 32;
    text.remove_prefix(sizeof(word));
  }
  uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  value_ = Mix(hash ^ rest);
}

void AppendTokens(uint64_t seed, int64_t first, int64_t count, std::string* out) {
  const size_t before = out->size();
  out->resize(before + static_cast<size_t>(count) * kTokenBytes);
  char* at = out->data() + before;
  for (int64_t i = first; i < first + count; ++i, at += kTokenBytes) {
    WriteToken(seed, static_cast<uint64_t>(i), at);
  }
}

bool IsAnswerAt(uint64_t seed, size_t offset, std::string_view piece) {
  char token[kTokenBytes];
  while (!piece.empty()) {
    const size_t skip = offset % kTokenBytes;
    const size_t size = std::min(piece.size(), kTokenBytes - skip);
    WriteToken(seed, offset / kTokenBytes, token);
    // With a constant size the compiler inlines the comparison, and most tokens are complete.
    const bool same = size == kTokenBytes ? std::memcmp(token, piece.data(), kTokenBytes) == 0
                                          : std::memcmp(token + skip, piece.data(), size) == 0;
    if (!same) return false;
    piece.remove_prefix(size);
    offset += size;
  }
  return true;
}

}  // namespace banto::perf
