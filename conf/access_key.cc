#include "conf/access_key.h"

#include <openssl/evp.h>

namespace banto::conf {

SecretDigest DigestOf(std::string_view secret) {
  // Fetched once: it takes a lock and a look-up by name.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SecretDigest digest = {};
  if (sha256 == nullptr ||
      EVP_Digest(secret.data(), secret.size(), digest.data(), nullptr, sha256, nullptr) != 1)
    return {};
  return digest;
}

}  // namespace banto::conf
