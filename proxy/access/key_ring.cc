#include "proxy/access/key_ring.h"

#include <openssl/crypto.h>

namespace banto::access {

const conf::AccessKey* KeyRing::Find(std::string_view secret) const {
  const conf::SecretDigest digest = conf::DigestOf(secret);
  if (digest == conf::SecretDigest{}) return nullptr;  // no SHA-256
  const conf::AccessKey* found = nullptr;
  for (const conf::AccessKey& key : keys_) {
    if (CRYPTO_memcmp(key.digest.data(), digest.data(), digest.size()) == 0) found = &key;
  }
  return found;
}

}  // namespace banto::access
