#include "cache/body_mac.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace banto::cache {
namespace {

// What GCM asks of its cipher: the hash key for the block of zeros, and a mask for the tag.
struct Secret {
  std::array<unsigned char, 16> hash_key, mask;
};

const Secret& ProcessSecret() {
  static const Secret secret = [] {
    Secret made;
    // Without good random bytes there is no secret, and nothing to go on with.
    if (RAND_bytes(made.hash_key.data(), static_cast<int>(made.hash_key.size())) != 1 ||
        RAND_bytes(made.mask.data(), static_cast<int>(made.mask.size())) != 1) {
      std::abort();
    }
    return made;
  }();
  return secret;
}

void Encrypt(const unsigned char in[16], unsigned char out[16], const void* key) {
  const auto* secret = static_cast<const Secret*>(key);
  const bool zero = std::all_of(in, in + 16, [](unsigned char c) { return c == 0; });
  std::memcpy(out, zero ? secret->hash_key.data() : secret->mask.data(), 16);
}

}  // namespace

// Never written through: the type lacks a const.
BodyMac::BodyMac() : gcm_(CRYPTO_gcm128_new(const_cast<Secret*>(&ProcessSecret()), Encrypt)) {
  if (gcm_ == nullptr) std::abort();
}

void BodyMac::Begin() {
  constexpr std::array<unsigned char, 12> kNonce = {1};
  CRYPTO_gcm128_setiv(gcm_.get(), kNonce.data(), kNonce.size());
  pending_bytes_ = 0;
}

void BodyMac::Add(std::string_view part) {
  std::array<char, kBlock> length{};
  const uint64_t size = part.size();
  std::memcpy(length.data(), &size, sizeof size);
  Append(length.data(), length.size());
  const size_t whole = part.size() / kBlock * kBlock;
  if (whole >= pending_.size()) {
    Flush();
    CRYPTO_gcm128_aad(gcm_.get(), reinterpret_cast<const unsigned char*>(part.data()), whole);
    part.remove_prefix(whole);
  }
  while (part.size() >= kBlock) {
    Append(part.data(), kBlock);
    part.remove_prefix(kBlock);
  }
  if (part.empty()) return;
  std::array<char, kBlock> last{};
  std::memcpy(last.data(), part.data(), part.size());
  Append(last.data(), last.size());
}

void BodyMac::Append(const char* bytes, size_t size) {
  if (pending_bytes_ == pending_.size()) Flush();
  std::memcpy(pending_.data() + pending_bytes_, bytes, size);
  pending_bytes_ += size;
}

void BodyMac::Flush() {
  if (pending_bytes_ == 0) return;
  CRYPTO_gcm128_aad(gcm_.get(), reinterpret_cast<const unsigned char*>(pending_.data()),
                    pending_bytes_);
  pending_bytes_ = 0;
}

MacTag BodyMac::Finish() {
  Flush();
  std::array<unsigned char, 16> bytes;
  CRYPTO_gcm128_tag(gcm_.get(), bytes.data(), bytes.size());
  MacTag tag;
  std::memcpy(&tag.a, bytes.data(), sizeof tag.a);
  std::memcpy(&tag.b, bytes.data() + sizeof tag.a, sizeof tag.b);
  return tag;
}

}  // namespace banto::cache
