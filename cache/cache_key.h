// The name under which an answer is stored: SHA-256 over everything that can change the answer
// (design.md §7).
//
// The hashed bytes are prefix-free: every part consists of tag, length and bytes, so that no value
// can pass for two or for another field (LiteLLM's joined "{param}: {value}" could be forged by a
// value that contained one). The layout is a contract between versions that share a Redis: changing
// it requires a new kKeySchemaVersion, as the golden vectors in tests/unit/cache/cache_key_test.cc
// will remind you.
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

inline constexpr uint32_t kKeySchemaVersion = 3;

struct CacheKey {
  std::array<uint8_t, 32> digest{};

  std::string Hex() const;       // 64 lower-case digits
  std::string ShortHex() const;  // the first 12 digits, for logs
  bool operator==(const CacheKey&) const = default;

  // For hash tables: the digest is already uniform.
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
  kSchema = 1,      // kKeySchemaVersion, added first by the builder itself
  kDialect = 2,     // the API whose rules the answer follows
  kMethod = 3,      // the HTTP method
  kPath = 4,        // the request's path
  kModel = 5,       // the model as routed, after aliases
  kRevision = 6,    // the weights behind that name
  kTenant = 7,      // who may share the answer; "" if there is no restriction
  kMember = 8,      // a body member's canonical key; its kValue follows
  kQueryArg = 9,    // a query argument's name; its kValue follows
  kHeader = 10,     // a request header's lower-case name; its kValue follows
  kBody = 11,       // a body that is not JSON, in full
  kPackaging = 12,  // how it is packed, where no entry can be told in another packaging
  kValue = 13,      // the value of the preceding name
  kPathEpoch = 20,  // of a route's path that is written to (path_epochs.h)
  kItemsOf = 21,    // the key of a request without its items; its kItem follow
  kItem = 22,       // one item, or its key
};

// Collects parts and hashes them; reusable after Finish(). Not thread-safe.
class CacheKeyBuilder {
 public:
  CacheKeyBuilder();

  void AddPart(KeyTag tag, std::string_view bytes);
  // A named value (kMember, kQueryArg, kHeader).
  void AddPair(KeyTag tag, std::string_view name, std::string_view value);

  // The key of the parts so far; resets the builder. Fails only if out of memory or if OpenSSL
  // lacks SHA-256; then there is no key and nothing is cached.
  std::optional<CacheKey> Finish();

 private:
  struct CtxFree {
    void operator()(EVP_MD_CTX* ctx) const { EVP_MD_CTX_free(ctx); }
  };

  void Begin();
  void Append(std::string_view bytes);
  void Flush();

  // Copying a context that has begun is cheaper than beginning one anew (measured: perf/README.md).
  std::unique_ptr<EVP_MD_CTX, CtxFree> begun_, ctx_;
  bool ok_ = false;
  size_t pending_bytes_ = 0;
  // Collects small parts: a call into OpenSSL costs more than hashing a name.
  std::array<uint8_t, 4096> pending_;
};

// What the key contains besides the body.
struct KeyContext {
  std::string_view dialect = {};
  std::string_view method = {};
  std::string_view path = {};
  std::string_view model = {};      // as routed; stands in for the body's `model`
  std::string_view revision = {};   // "" if the workers do not report one
  std::string_view tenant = {};     // who may share the answer: what separates the caller from
                                    // others
  std::string_view packaging = {};  // e.g. "", "stream", "base64"
};

// Top-level members left out of the key (each API names its own: proxy/api/dialect.h).
using IgnoredFields = json::JsonFieldSet;

// The key of a request whose body is a JSON object: the context and every top-level member in key
// order, except `model`, the ignored ones and `left_out`. nullopt unless the scan is kOk and
// canonical: parsers disagree on duplicate keys, bad UTF-8 and deep nesting, so those are never
// cached.
std::optional<CacheKey> KeyOfJsonRequest(const KeyContext& context, const json::JsonScan& scan,
                                         IgnoredFields ignored,
                                         const json::JsonMember* left_out = nullptr);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CACHE_KEY_H_
