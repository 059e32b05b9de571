// One pass over a JSON request body yields what routing needs (`model`, `stream` …) and the
// canonical bytes that the cache key is computed from. Iterative, bounded in depth, no DOM; pure.
// nlohmann and simdjson are its oracles in the tests, never its implementation (design.md §5).
//
// Canonical form: object members sorted by key at every depth, no white space, escapes in strings
// folded (é escaped and é raw are equal), numbers as written. The order of arrays, the bytes of
// strings and the spelling of numbers are significant.
#ifndef BANTO_PROXY_JSON_JSON_SCAN_H_
#define BANTO_PROXY_JSON_JSON_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/json/json_field.h"
#include "proxy/json/json_stack.h"

namespace banto::json {

enum class JsonKind : uint8_t { kNull, kTrue, kFalse, kNumber, kString, kArray, kObject };

enum class JsonStatus : uint8_t {
  kOk,
  kNotObject,       // valid JSON, but the top-level value is not an object
  kMalformed,       // not JSON (RFC 8259)
  kBadUtf8,         // a string that is not UTF-8, or a lone surrogate escape
  kTooDeep,         // nested deeper than depth_max
  kDuplicateKey,    // an object with two equal keys (parsers differ on which one counts)
  kTooManyMembers,  // more than kMembersMax at all depths; the scan stops there
};
const char* JsonStatusName(JsonStatus status);

// A member of the top-level object. Views point into the scanned body.
struct JsonMember {
  std::string_view key;    // between the quotes, as written
  std::string_view value;  // the value's bytes, a string's with its quotes
  JsonKind kind = JsonKind::kNull;
  JsonField field = JsonField::kOther;  // the known name that the key matches, ignoring case
  bool exact = false;                   // the case matches too
  // Offsets of this member's canonical key (without quotes) and value in the canonical text.
  uint32_t key_at = 0, key_size = 0;
  uint32_t canonical_at = 0, canonical_size = 0;
};

struct JsonWork;  // working memory of a scan

// The outcome of a scan. Reusable, so that its arrays keep their memory. Movable, not copyable; not
// thread-safe.
class JsonScan {
 public:
  static constexpr int kDepthMax = 128;
  // For comparison: a prompt that fills a context of a million tokens has about ten thousand.
  static constexpr uint32_t kMembersMax = uint32_t{1} << 18;
  // Larger bodies are kMalformed, because offsets are 32 bits wide.
  static constexpr size_t kBodyBytesMax = size_t{1} << 30;

  JsonScan();
  ~JsonScan();
  JsonScan(JsonScan&& other) noexcept;
  JsonScan& operator=(JsonScan&& other) noexcept;

  // Scans `body`, which must outlive the members' views. On any status but kOk, members() holds
  // what preceded the error (good enough for routing, never for caching). After kDuplicateKey,
  // kBadUtf8 and kTooDeep the scan goes on, to find `model`; of what is nested too deep only the
  // brackets are matched.
  JsonStatus Scan(std::string_view body, int depth_max = kDepthMax);
  // The same status and members without the canonical text and the order: cheaper (perf/README.md),
  // for requests that no cache is consulted about.
  JsonStatus ScanMembers(std::string_view body, int depth_max = kDepthMax);

  JsonStatus status() const { return status_; }
  size_t error_at() const { return error_at_; }  // byte offset of the first error
  std::span<const JsonMember> members() const { return members_.items(); }
  // Whether canonical text exists: after a Scan() that returned kOk.
  bool canonical() const { return canonical_ && status_ == JsonStatus::kOk; }
  // Requires canonical(). Indexes into members(), in key order.
  std::span<const uint32_t> sorted() const { return sorted_.items(); }
  // The member called `key` (however the body escapes it), or nullptr. Among duplicates the last
  // one, as most parsers choose.
  const JsonMember* Find(std::string_view key) const;
  const JsonMember* Find(JsonField field) const {
    return exact_.Has(field) ? &members_[last_[static_cast<size_t>(field)]] : nullptr;
  }
  // The known names among the keys, ignoring case.
  JsonFieldSet fields() const { return fields_; }
  // Those of fields() that were written in another case than the API's.
  JsonFieldSet misspelt() const { return misspelt_; }
  // Requires canonical().
  std::string_view Canonical(const JsonMember& m) const {
    return {text_ + m.canonical_at, m.canonical_size};
  }
  // The key with its escapes decoded, except for quotes, backslashes and control characters.
  std::string_view CanonicalKey(const JsonMember& m) const {
    return {text_ + m.key_at, m.key_size};
  }
  // Whether any key at any depth may point outside (json_pointing_key.h); if not, no search for
  // remote images is needed.
  bool has_pointing_key() const { return has_pointing_key_; }

  // Forgets the body and frees the memory kept for the next one.
  void Release();

 private:
  template <bool kText>
  friend class JsonScanner;

  bool Begin(std::string_view body);
  void Recognise(std::string_view key, uint64_t key_head);

  JsonStatus status_ = JsonStatus::kMalformed;
  bool canonical_ = false;
  bool has_pointing_key_ = false;
  size_t error_at_ = 0;
  JsonStack<JsonMember> members_;
  JsonStack<uint32_t> sorted_;
  JsonFieldSet fields_, exact_, misspelt_;
  uint32_t last_[kJsonFieldCount] = {};  // index in members_ of the last member of each field in
                                         // exact_
  const char* text_ = nullptr;           // work_'s buffer
  std::unique_ptr<JsonWork> work_;
};

// Decodes a quoted JSON string; returns false if it is not valid.
bool DecodeJsonString(std::string_view quoted, std::string* out);

// Appends `text` as a quoted JSON string; bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCAN_H_
