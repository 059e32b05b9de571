// A short secret name for bytes, by which a request that repeats byte for byte is recognised
// without scanning and hashing it again: GHASH (NIST SP 800-38D §6.4) under a key drawn when first
// needed, which never leaves the process. Tags are never shown, stored or sent.
//
// Two different sequences of parts share a tag only if a polynomial of degree n + 1 over GF(2^128)
// has the key as a root, where n is the number of 16-byte blocks of the longer one: for at most (n
// + 1) / 2^128 of all keys (Wegman and Carter 1981; for GHASH McGrew and Viega 2004 §3). Against a
// million remembered bodies of 64 KB that is 2^-96 per look-up. This holds for texts chosen without
// knowledge of the key, and all that anyone can learn about it is that no collision occurred.
#ifndef BANTO_CACHE_BODY_MAC_H_
#define BANTO_CACHE_BODY_MAC_H_

#include <openssl/modes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace banto::cache {

struct MacTag {
  uint64_t a = 0, b = 0;

  bool operator==(const MacTag&) const = default;

  // For hash tables. GHASH is linear: inputs that differ in a few bits may agree in the low bits of
  // their tags. The product depends on all bits.
  struct Hash {
    size_t operator()(const MacTag& tag) const {
      return static_cast<size_t>(((tag.a ^ (tag.b >> 32 | tag.b << 32)) * 0x9E3779B97F4A7C15u) >>
                                 32);
    }
  };
};

// One object per thread, reused; allocates only on construction. Chosen over GMAC and Poly1305 by
// measurement (perf/README.md).
class BodyMac {
 public:
  using Key = std::array<uint8_t, 16>;

  BodyMac();                                        // under the process's key
  explicit BodyMac(const std::optional<Key>& key);  // for tests
  BodyMac(const BodyMac&) = delete;                 // OpenSSL holds a pointer to key_
  BodyMac& operator=(const BodyMac&) = delete;

  void Begin();
  // The borders between parts count: ("ab", "c") differs from ("a", "bc").
  void Add(std::string_view part);
  // nullopt if out of memory or randomness: nothing can be recognised then.
  std::optional<MacTag> Finish();

 private:
  struct Free {
    void operator()(GCM128_CONTEXT* ghash) const { CRYPTO_gcm128_release(ghash); }
  };

  void Put(const void* bytes, size_t size);
  void Flush();

  Key key_{};
  std::unique_ptr<GCM128_CONTEXT, Free> ghash_;
  bool ok_ = false;
  size_t pending_bytes_ = 0;
  // Collects small parts: GHASH processes anything but a multiple of a block byte by byte.
  alignas(16) std::array<uint8_t, 512> pending_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_BODY_MAC_H_
