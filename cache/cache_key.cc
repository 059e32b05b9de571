#include "cache/cache_key.h"

#include <algorithm>

namespace banto::cache {
namespace {

// Fetched once: the fetch takes a lock and a look-up by name.
const EVP_MD* Sha256() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

template <typename Integer>
std::array<uint8_t, sizeof(Integer)> BigEndian(Integer value) {
  std::array<uint8_t, sizeof(Integer)> bytes;
  for (size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<uint8_t>(value);
  return bytes;
}

void AddContext(const KeyContext& context, CacheKeyBuilder* key) {
  key->AddPart(KeyTag::kDialect, context.dialect);
  key->AddPart(KeyTag::kMethod, context.method);
  key->AddPart(KeyTag::kPath, context.path);
  key->AddPart(KeyTag::kModel, context.model);
  key->AddPart(KeyTag::kRevision, context.revision);
  key->AddPart(KeyTag::kTenant, context.tenant);
  key->AddPart(KeyTag::kPackaging, context.packaging);
}

}  // namespace

std::string CacheKey::Hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0xF]);
  }
  return hex;
}

CacheKeyBuilder::CacheKeyBuilder() : ctx_(EVP_MD_CTX_new()) { Begin(); }

void CacheKeyBuilder::Begin() {
  pending_bytes_ = 0;
  ok_ = ctx_ != nullptr && Sha256() != nullptr &&
        EVP_DigestInit_ex2(ctx_.get(), Sha256(), nullptr) == 1;
  const auto version = BigEndian(kKeySchemaVersion);
  AddPart(KeyTag::kSchema, {reinterpret_cast<const char*>(version.data()), version.size()});
}

void CacheKeyBuilder::AddPart(KeyTag tag, std::string_view bytes) {
  const uint8_t tag_byte = static_cast<uint8_t>(tag);
  const auto size = BigEndian(static_cast<uint64_t>(bytes.size()));
  Append(&tag_byte, 1);
  Append(size.data(), size.size());
  Append(bytes.data(), bytes.size());
}

void CacheKeyBuilder::AddPair(KeyTag tag, std::string_view name, std::string_view value) {
  AddPart(tag, name);
  AddPart(KeyTag::kValue, value);
}

void CacheKeyBuilder::Append(const void* bytes, size_t size) {
  if (size > pending_.size() - pending_bytes_) Flush();
  if (size > pending_.size()) {
    ok_ = ok_ && EVP_DigestUpdate(ctx_.get(), bytes, size) == 1;
    return;
  }
  if (size > 0) std::memcpy(pending_.data() + pending_bytes_, bytes, size);
  pending_bytes_ += size;
}

void CacheKeyBuilder::Flush() {
  ok_ = ok_ && EVP_DigestUpdate(ctx_.get(), pending_.data(), pending_bytes_) == 1;
  pending_bytes_ = 0;
}

std::optional<CacheKey> CacheKeyBuilder::Finish() {
  Flush();
  CacheKey key;
  const bool whole = ok_ && EVP_DigestFinal_ex(ctx_.get(), key.digest.data(), nullptr) == 1;
  Begin();
  if (!whole) return std::nullopt;
  return key;
}

std::optional<CacheKey> KeyOfJsonRequest(const KeyContext& context, const http::JsonScan& scan,
                                         IgnoredFields ignored) {
  if (scan.status() != http::JsonStatus::kOk) return std::nullopt;
  thread_local CacheKeyBuilder key;
  AddContext(context, &key);
  for (const uint32_t i : scan.sorted()) {
    const http::JsonMember& member = scan.members()[i];
    const std::string_view name = scan.CanonicalKey(member);
    if (name == "model" || std::binary_search(ignored.begin(), ignored.end(), name)) continue;
    key.AddPair(KeyTag::kMember, name, scan.Canonical(member));
  }
  return key.Finish();
}

}  // namespace banto::cache
