// A short secret name for bytes, by which a request that repeats byte for byte is recognised
// without scanning and hashing it anew: GHASH (NIST SP 800-38D §6.4) under a key that is drawn when
// the process first needs it and never leaves it. Tags are never shown, stored or sent.
//
// Two different sequences of parts share a tag only where a polynomial of degree n + 1 over
// GF(2^128) has the key for a root, n being the 16-byte blocks of the longer one: at most
// (n + 1) / 2^128 of all keys (Wegman and Carter 1981; for GHASH McGrew and Viega 2004 §3). Against
// a million remembered bodies of 64 KB that is 2^-96 a look-up. It holds for texts that are chosen
// without knowing the key, and all that anybody can learn of it is that no collision came up.
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

  // For tables. GHASH is linear: inputs that differ in a few bits give tags whose low bits may well
  // be equal. The product depends on all of them.
  struct Hash {
    size_t operator()(const MacTag& tag) const {
      return static_cast<size_t>(((tag.a ^ (tag.b >> 32 | tag.b << 32)) * 0x9E3779B97F4A7C15u) >>
                                 32);
    }
  };
};

// One object for each thread, used again and again; allocates only when it is made. Chosen over
// GMAC and Poly1305 by measurement (perf/README.md).
class BodyMac {
 public:
  using Key = std::array<uint8_t, 16>;

  BodyMac();                                        // under the process' key
  explicit BodyMac(const std::optional<Key>& key);  // for tests
  BodyMac(const BodyMac&) = delete;                 // OpenSSL holds a pointer to key_
  BodyMac& operator=(const BodyMac&) = delete;

  void Begin();
  // The parts' borders count: ("ab", "c") is not ("a", "bc").
  void Add(std::string_view part);
  // nullopt for want of memory or of randomness: then nothing can be recognised.
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
  // Small parts are gathered here: what is no multiple of a block costs GHASH a loop over bytes.
  alignas(16) std::array<uint8_t, 512> pending_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_BODY_MAC_H_
