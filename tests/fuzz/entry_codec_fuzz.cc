// Values that come from Redis: DecodeEntry must never crash, and what it takes must encode to the
// same bytes. As the checksum would keep the fuzzer out, inputs get a valid one in half the cases.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "cache/entry.h"

using banto::cache::DecodeEntry;
using banto::cache::EncodeEntry;
using banto::cache::Entry;
using banto::cache::EntryPtr;

namespace {

constexpr char kKey[] = "key";

void AppendChecksum(std::string* value) {
  std::string all = *value + kKey;
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(all.data(), all.size()));
  value->append(reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest);
}

void Check(const std::string& value) {
  const char* why = nullptr;
  const EntryPtr entry = DecodeEntry(value, kKey, INT64_MIN / 2, &why);
  if (entry == nullptr) {
    if (why == nullptr) abort();
    return;
  }
  if (EncodeEntry(*entry, kKey) != value) abort();
  std::string renewed;
  AppendRenewed(*entry, 0, entry->body.size(), 1'700'000'000, 7, &renewed);
  if (renewed.size() != entry->body.size()) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string value(reinterpret_cast<const char*>(data), size);
  Check(value);
  std::string headed = std::string(
                           "\x89"
                           "bnt\x01\0",
                           6) +
                       value;
  AppendChecksum(&headed);
  Check(headed);
  return 0;
}
