#include "cache/body_mac.h"

#include <openssl/rand.h>

#include <cstring>

namespace banto::cache {
namespace {

constexpr size_t kBlockBytes = 16;

// GCM derives its hash key by encrypting a block of zeros. Ours is drawn at random instead, so the
// "cipher" returns it for any block. The mask that GCM adds to a tag becomes the key too: a
// constant, and tags are only compared with each other.
void GiveKey(const unsigned char*, unsigned char* out, const void* key) {
  std::memcpy(out, key, kBlockBytes);
}

// nullopt: no randomness is available.
const std::optional<BodyMac::Key>& ProcessKey() {
  static const std::optional<BodyMac::Key> key = []() -> std::optional<BodyMac::Key> {
    BodyMac::Key drawn;
    if (RAND_priv_bytes(drawn.data(), static_cast<int>(drawn.size())) != 1) return std::nullopt;
    return drawn;
  }();
  return key;
}

}  // namespace

BodyMac::BodyMac() : BodyMac(ProcessKey()) {}

BodyMac::BodyMac(const std::optional<Key>& key) {
  if (!key) return;
  key_ = *key;
  ghash_.reset(CRYPTO_gcm128_new(key_.data(), GiveKey));
}

void BodyMac::Begin() {
  pending_bytes_ = 0;
  ok_ = ghash_ != nullptr;
  // Any nonce will do, since the mask does not depend on it.
  constexpr unsigned char kNonce[12] = {};
  if (ok_) CRYPTO_gcm128_setiv(ghash_.get(), kNonce, sizeof kNonce);
}

void BodyMac::Add(std::string_view part) {
  const uint64_t size = part.size();
  if (pending_.size() - pending_bytes_ < sizeof size) Flush();
  std::memcpy(pending_.data() + pending_bytes_, &size, sizeof size);
  pending_bytes_ += sizeof size;
  if (part.size() > pending_.size() - pending_bytes_) {
    Flush();
    Put(part.data(), part.size());
  } else if (!part.empty()) {
    std::memcpy(pending_.data() + pending_bytes_, part.data(), part.size());
    pending_bytes_ += part.size();
  }
}

std::optional<MacTag> BodyMac::Finish() {
  // Not padded: at the end, padding could not be distinguished from another empty part.
  Put(pending_.data(), pending_bytes_);
  if (!ok_) return std::nullopt;
  ok_ = false;  // until the next Begin()
  unsigned char bytes[kBlockBytes];
  CRYPTO_gcm128_tag(ghash_.get(), bytes, sizeof bytes);
  MacTag tag;
  std::memcpy(&tag.a, bytes, sizeof tag.a);
  std::memcpy(&tag.b, bytes + sizeof tag.a, sizeof tag.b);
  return tag;
}

// Pads to whole blocks, so that a long part that follows starts on a block boundary. The bytes
// before and the size after it imply where and how much was padded, so no two sequences become the
// same bytes.
void BodyMac::Flush() {
  const size_t odd = pending_bytes_ % kBlockBytes;
  if (odd != 0) {
    std::memset(pending_.data() + pending_bytes_, 0, kBlockBytes - odd);
    pending_bytes_ += kBlockBytes - odd;
  }
  Put(pending_.data(), pending_bytes_);
  pending_bytes_ = 0;
}

void BodyMac::Put(const void* bytes, size_t size) {
  if (!ok_ || size == 0) return;
  ok_ = CRYPTO_gcm128_aad(ghash_.get(), static_cast<const unsigned char*>(bytes), size) == 0;
}

}  // namespace banto::cache
