#include "cache/cache_key.h"

#include <bit>

#include "proxy/http/hex.h"

namespace banto::cache {
namespace {

// Fetched once: it takes a lock and a look-up by name.
const EVP_MD* Sha256() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

// Most significant byte first.
template <typename Integer>
void PutBigEndian(Integer value, uint8_t* out) {
  if constexpr (std::endian::native == std::endian::little) {
    value = sizeof value == 8
                ? static_cast<Integer>(__builtin_bswap64(value))
                : static_cast<Integer>(__builtin_bswap32(static_cast<uint32_t>(value)));
  }
  std::memcpy(out, &value, sizeof value);
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

void PutHexOf8Bytes(const uint8_t* bytes, char* digits) {
  uint64_t word = 0;
  for (size_t i = 0; i < sizeof word; ++i) word = word << 8 | bytes[i];
  http::PutHex(word, digits);
}

}  // namespace

std::string CacheKey::Hex() const {
  std::string hex(digest.size() * 2, '0');
  for (size_t i = 0; i < digest.size(); i += 8) PutHexOf8Bytes(&digest[i], &hex[i * 2]);
  return hex;
}

// Called on every look-up: short enough for the string's inline buffer.
std::string CacheKey::ShortHex() const {
  char digits[http::kHexDigits];
  PutHexOf8Bytes(digest.data(), digits);
  return {digits, 12};
}

CacheKeyBuilder::CacheKeyBuilder() : begun_(EVP_MD_CTX_new()), ctx_(EVP_MD_CTX_new()) {
  const bool begun = begun_ != nullptr && Sha256() != nullptr &&
                     EVP_DigestInit_ex2(begun_.get(), Sha256(), nullptr) == 1;
  if (!begun) begun_.reset();
  Begin();
}

void CacheKeyBuilder::Begin() {
  pending_bytes_ = 0;
  ok_ = begun_ != nullptr && ctx_ != nullptr && EVP_MD_CTX_copy_ex(ctx_.get(), begun_.get()) == 1;
  char version[sizeof kKeySchemaVersion];
  PutBigEndian(kKeySchemaVersion, reinterpret_cast<uint8_t*>(version));
  AddPart(KeyTag::kSchema, {version, sizeof version});
}

void CacheKeyBuilder::AddPart(KeyTag tag, std::string_view bytes) {
  constexpr size_t kHeadBytes = 1 + sizeof(uint64_t);
  if (pending_.size() - pending_bytes_ < kHeadBytes) Flush();
  uint8_t* const head = pending_.data() + pending_bytes_;
  head[0] = static_cast<uint8_t>(tag);
  PutBigEndian(static_cast<uint64_t>(bytes.size()), head + 1);
  pending_bytes_ += kHeadBytes;
  Append(bytes);
}

void CacheKeyBuilder::AddPair(KeyTag tag, std::string_view name, std::string_view value) {
  AddPart(tag, name);
  AddPart(KeyTag::kValue, value);
}

inline void CacheKeyBuilder::Append(std::string_view bytes) {
  if (bytes.size() > pending_.size() - pending_bytes_) Flush();
  if (bytes.size() > pending_.size()) {
    ok_ = ok_ && EVP_DigestUpdate(ctx_.get(), bytes.data(), bytes.size()) == 1;
    return;
  }
  if (bytes.empty()) return;
  std::memcpy(pending_.data() + pending_bytes_, bytes.data(), bytes.size());
  pending_bytes_ += bytes.size();
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

std::optional<CacheKey> KeyOfJsonRequest(const KeyContext& context, const json::JsonScan& scan,
                                         IgnoredFields ignored, const json::JsonMember* left_out) {
  if (!scan.canonical()) return std::nullopt;
  thread_local CacheKeyBuilder key;
  AddContext(context, &key);
  for (const uint32_t i : scan.sorted()) {
    const json::JsonMember& member = scan.members()[i];
    const bool is_ignored = member.field == json::JsonField::kModel || ignored.Has(member.field);
    // Another case is another member: only Go's decoder would treat them as equal.
    if ((is_ignored && member.exact) || &member == left_out) continue;
    key.AddPair(KeyTag::kMember, scan.CanonicalKey(member), scan.Canonical(member));
  }
  return key.Finish();
}

}  // namespace banto::cache
