// One pass over a JSON request body: what routing needs (`model`, `stream` …) and the canonical
// bytes that the cache key is made of. Iterative, depth-bounded, no DOM; pure. nlohmann and
// simdjson are its oracles in the tests, never its implementation (design.md §5).
//
// Canonical form: object members sorted by key at every depth, no white space, strings with escapes
// folded (é as an escape and as a raw character are equal), numbers as they were spelt. Array
// order, string bytes and number spelling matter.
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
  kNotObject,       // valid JSON, but not an object at the top
  kMalformed,       // not JSON (RFC 8259)
  kBadUtf8,         // a string that is not UTF-8, or a lone surrogate escape
  kTooDeep,         // nested deeper than depth_max
  kDuplicateKey,    // an object with two equal keys (parsers differ on which counts)
  kTooManyMembers,  // more than kMembersMax at all depths: not read further
};
const char* JsonStatusName(JsonStatus status);

// One member of the top-level object. Views point into the scanned body.
struct JsonMember {
  std::string_view key;    // between the quotes, as spelt
  std::string_view value;  // the value's own bytes, strings with their quotes
  JsonKind kind = JsonKind::kNull;
  JsonField field = JsonField::kOther;  // the known name that the key is, whatever its case
  bool exact = false;                   // in its case too
  // Where this member's canonical key (without quotes) and value lie in the canonical text.
  uint32_t key_at = 0, key_size = 0;
  uint32_t canonical_at = 0, canonical_size = 0;
};

struct JsonWork;  // a scan's working memory

// The outcome of one scan; reusable, so that its arrays keep their memory. Movable, not copyable.
// Used by one thread at a time.
class JsonScan {
 public:
  static constexpr int kDepthMax = 128;
  // A prompt that fills a context of a million tokens has some ten thousand.
  static constexpr uint32_t kMembersMax = uint32_t{1} << 18;
  // Larger bodies are kMalformed: places in the text are 32 bits wide.
  static constexpr size_t kBodyBytesMax = size_t{1} << 30;

  JsonScan();
  ~JsonScan();
  JsonScan(JsonScan&& other) noexcept;
  JsonScan& operator=(JsonScan&& other) noexcept;

  // Scans the whole body, which must outlive the members' views. On anything but kOk, members()
  // holds what came before the trouble (good enough to route by, never to cache by). kDuplicateKey,
  // kBadUtf8 and kTooDeep scan on to find `model`; what is nested too deep is skipped by its
  // brackets alone.
  JsonStatus Scan(std::string_view body, int depth_max = kDepthMax);
  // The same verdict and the same members, but no canonical text and no order: a third
  // cheaper, for what no cache is asked about.
  JsonStatus ScanMembers(std::string_view body, int depth_max = kDepthMax);

  JsonStatus status() const { return status_; }
  size_t error_at() const { return error_at_; }  // byte offset of the first trouble
  std::span<const JsonMember> members() const { return members_.items(); }
  // Whether there is canonical text: a Scan() that ended in kOk.
  bool canonical() const { return canonical_ && status_ == JsonStatus::kOk; }
  // canonical() only: indexes into members(), in the order of their keys.
  std::span<const uint32_t> sorted() const { return sorted_.items(); }
  // The member called `key` (however the body escapes it), or nullptr. Of duplicates the last, as
  // most parsers have it.
  const JsonMember* Find(std::string_view key) const;
  const JsonMember* Find(JsonField field) const {
    return exact_.Has(field) ? &members_[last_[static_cast<size_t>(field)]] : nullptr;
  }
  // The known names among the keys, whatever their case.
  JsonFieldSet fields() const { return fields_; }
  // Of these, the ones that were found in another case than the API's.
  JsonFieldSet misspelt() const { return misspelt_; }
  // canonical() only.
  std::string_view Canonical(const JsonMember& m) const {
    return {text_ + m.canonical_at, m.canonical_size};
  }
  // The decoded key, but for quotes, backslashes and control characters, which stay escaped.
  std::string_view CanonicalKey(const JsonMember& m) const {
    return {text_ + m.key_at, m.key_size};
  }
  // Whether a key at any depth is of those that may point outside (json_pointing_key.h): without
  // one, nobody need look for remote images.
  bool has_pointing_key() const { return has_pointing_key_; }

  // Forgets the body and frees the memory that is kept for the next one.
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
  uint32_t last_[kJsonFieldCount] = {};  // of those in exact_: the last one's place in members_
  const char* text_ = nullptr;           // work_'s buffer
  std::unique_ptr<JsonWork> work_;
};

// The text of a JSON string value (with its quotes) with escapes resolved; false when it is not a
// valid string.
bool DecodeJsonString(std::string_view quoted, std::string* out);

// Appends `text` as a JSON string with quotes; bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCAN_H_
