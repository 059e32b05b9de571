// A [[keys]] entry as plain data: who may ask, and for what.
#ifndef BANTO_CONF_ACCESS_KEY_H_
#define BANTO_CONF_ACCESS_KEY_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banto::conf {

// SHA-256 of a secret. Enough, because secrets are random (at least kSecretBytesMin): words that
// people choose would need a slow hash.
using SecretDigest = std::array<uint8_t, 32>;
inline constexpr size_t kSecretBytesMin = 16;

// All zeros if OpenSSL has no SHA-256, which is the digest of no key. Any thread: each request with
// a key pays for it.
SecretDigest DigestOf(std::string_view secret);

struct AccessKey {
  std::string name;                         // in logs, metrics and the cache
  SecretDigest digest = {};                 // of its secret
  std::vector<std::string> models = {"*"};  // exact, or prefixes ending in '*'
  bool external = true;                     // its requests may leave the house
};

}  // namespace banto::conf

#endif  // BANTO_CONF_ACCESS_KEY_H_
