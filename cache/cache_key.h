// The name under which an answer is kept: SHA-256 over everything that can change the answer
// (design.md §7).
//
// What is hashed is prefix-free: every part is its tag, its length and its bytes, so no value can
// pass for two, or for another field (LiteLLM's joined "{param}: {value}" could be forged by a
// value that held one). The layout is a contract between versions that share one Redis: a change
// needs a new kKeySchemaVersion, which the golden vectors in tests/unit/cache/cache_key_test.cc
// remind of.
#ifndef BANTO_CACHE_CACHE_KEY_H_
#define BANTO_CACHE_CACHE_KEY_H_

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::cache {

inline constexpr uint32_t kKeySchemaVersion = 2;

struct CacheKey {
  std::array<uint8_t, 32> digest{};

  std::string Hex() const;       // 64 lower-case digits
  std::string ShortHex() const;  // the first 12, for logs
  bool operator==(const CacheKey&) const = default;

  // For tables: the digest is uniform already.
  struct Hash {
    size_t operator()(const CacheKey& key) const {
      size_t hash;
      std::memcpy(&hash, key.digest.data(), sizeof hash);
      return hash;
    }
  };
};

// What a part of the key is. Part of the layout: numbers are never reused.
enum class KeyTag : uint8_t {
  kSchema = 1,      // kKeySchemaVersion, put first by the builder itself
  kDialect = 2,     // the API whose rules the answer follows
  kMethod = 3,      // the HTTP method
  kPath = 4,        // the request's path
  kModel = 5,       // the model as routed, after aliases
  kRevision = 6,    // the weights behind that name
  kTenant = 7,      // who may share the answer; "" for nobody in particular
  kMember = 8,      // a body member's canonical key; its kValue follows
  kQueryArg = 9,    // a query argument's name; its kValue follows
  kHeader = 10,     // a request header's lower-case name; its kValue follows
  kBody = 11,       // a body that is not JSON, whole
  kPackaging = 12,  // stream or whole, and how: an answer is replayed in the packaging it came in
  kValue = 13,      // what belongs to the name before it
  kPathEpoch = 20,  // of a route's path that was written to (path_epochs.h)
};

// Collects parts and hashes them; reusable after Finish(). One thread at a time.
class CacheKeyBuilder {
 public:
  CacheKeyBuilder();

  void AddPart(KeyTag tag, std::string_view bytes);
  // A named value (kMember, kQueryArg, kHeader).
  void AddPair(KeyTag tag, std::string_view name, std::string_view value);

  // The key of the parts so far; the builder begins anew. Never fails but for want of memory or of
  // SHA-256 in the OpenSSL at hand, and then there is no key and nothing is cached.
  std::optional<CacheKey> Finish();

 private:
  struct CtxFree {
    void operator()(EVP_MD_CTX* ctx) const { EVP_MD_CTX_free(ctx); }
  };

  void Begin();
  void Append(std::string_view bytes);
  void Flush();

  // To copy a context that has begun costs a sixth less than to begin one again (OpenSSL 3.0
  // allocates for either).
  std::unique_ptr<EVP_MD_CTX, CtxFree> begun_, ctx_;
  bool ok_ = false;
  size_t pending_bytes_ = 0;
  // Small parts are gathered here: a call into OpenSSL costs more than hashing a name.
  std::array<uint8_t, 4096> pending_;
};

// What the key holds beside the body.
struct KeyContext {
  std::string_view dialect = {};
  std::string_view method = {};
  std::string_view path = {};
  std::string_view model = {};      // as routed; stands for the body's `model`
  std::string_view revision = {};   // "" when the workers do not tell
  std::string_view tenant = {};     // who may share the answer: what tells its caller from others
  std::string_view packaging = {};  // e.g. "", "stream", "stream+usage", "base64"
};

// Top-level members that do not enter the key (key_fields.h has the sets).
using IgnoredFields = json::JsonFieldSet;

// The key of a request whose body is a JSON object: the context and every top-level member, in the
// order of their keys, but for `model` and the ignored ones. nullopt unless the scan is kOk
// and canonical:
// duplicate keys, bad UTF-8 and deep nesting mean different things to different parsers, so they
// are never cached.
std::optional<CacheKey> KeyOfJsonRequest(const KeyContext& context, const json::JsonScan& scan,
                                         IgnoredFields ignored);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_KEY_H_
