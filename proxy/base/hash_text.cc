#include "proxy/base/hash_text.h"

#include <cstring>

namespace banto::base {
namespace {

constexpr uint64_t kOdd[] = {0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU, 0x165667B19E3779F9U};

uint64_t Word(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

uint64_t Fold(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

uint64_t HashText(std::string_view text, uint64_t seed) {
  uint64_t hash = Fold(seed ^ kOdd[0], text.size() ^ kOdd[1]);
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 16; left -= 16, at += 16)
    hash = Fold(hash ^ Word(at) ^ kOdd[1], Word(at + 8) ^ kOdd[2]) + (hash << 1);
  char last[16] = {};
  std::memcpy(last, at, left);
  hash = Fold(hash ^ Word(last) ^ kOdd[1], Word(last + 8) ^ kOdd[2]);
  return hash != 0 ? hash : 1;
}

}  // namespace banto::base
