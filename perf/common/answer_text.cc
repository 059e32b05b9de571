#include "perf/common/answer_text.h"

#include <algorithm>
#include <cstring>

namespace banto::perf {
namespace {

constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;

uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

void WriteToken(uint64_t seed, uint64_t index, char* out) {
  static constexpr char kConsonants[] = "bdfghjklmnprstvz";
  static constexpr char kVowels[] = "aeio";
  uint64_t bits = Mix(seed + kOdd * (index + 1));
  *out++ = ' ';
  for (int syllable = 0; syllable < 3; ++syllable, bits >>= 6) {
    *out++ = kConsonants[bits & 15];
    *out++ = kVowels[(bits >> 4) & 3];
  }
}

}  // namespace

// Eight bytes a step: prompts of 64 KB are hashed by the origin that shares a core with the load.
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

void AppendToken(uint64_t seed, int64_t index, std::string* out) {
  char token[kTokenBytes];
  WriteToken(seed, static_cast<uint64_t>(index), token);
  out->append(token, kTokenBytes);
}

bool IsAnswerAt(uint64_t seed, size_t offset, std::string_view piece) {
  char token[kTokenBytes];
  while (!piece.empty()) {
    const size_t skip = offset % kTokenBytes;
    const size_t size = std::min(piece.size(), kTokenBytes - skip);
    WriteToken(seed, offset / kTokenBytes, token);
    if (std::memcmp(token + skip, piece.data(), size) != 0) return false;
    piece.remove_prefix(size);
    offset += size;
  }
  return true;
}

}  // namespace banto::perf
