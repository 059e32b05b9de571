// A keyed tag over raw bytes, to recognise that a request repeats byte for byte. Its key is the
// process's own secret and no tag is ever shown, so nobody can search for two requests with one
// tag: it is a universal hash (Carter and Wegman, 1981), GHASH of NIST SP 800-38D, under which two
// different inputs of at most n blocks of 16 bytes collide with a chance of at most n / 2^128 (a
// prompt of 1 MB: 2^-112). A checksum without a secret would not do: whoever finds a collision gets
// another person's answer. One object a thread; allocation-free after its construction.
#ifndef BANTO_CACHE_BODY_MAC_H_
#define BANTO_CACHE_BODY_MAC_H_

#include <openssl/modes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace banto::cache {

struct MacTag {
  uint64_t a = 0, b = 0;
  bool operator==(const MacTag&) const = default;
  // For tables: the tag is uniform already.
  struct Hash {
    size_t operator()(const MacTag& tag) const { return tag.a; }
  };
};

class BodyMac {
 public:
  BodyMac();

  // A new input.
  void Begin();
  // The next part of it. Parts cannot run into each other: each carries its length.
  void Add(std::string_view part);
  MacTag Finish();

 private:
  static constexpr size_t kBlock = 16;
  struct Free {
    void operator()(GCM128_CONTEXT* gcm) const { CRYPTO_gcm128_release(gcm); }
  };
  void Append(const char* bytes, size_t size);
  void Flush();

  std::unique_ptr<GCM128_CONTEXT, Free> gcm_;
  // Whole blocks only are handed on: the library takes odd bytes one by one.
  size_t pending_bytes_ = 0;
  std::array<char, 32 * kBlock> pending_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_BODY_MAC_H_
