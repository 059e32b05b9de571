// One stored answer: a protocol-neutral head, the body exactly as clients should get it, and the
// places where a replay must write a new id and time. Immutable once stored; shared by threads as
// shared_ptr<const Entry>.
#ifndef BANTO_CACHE_ENTRY_H_
#define BANTO_CACHE_ENTRY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/field_list.h"

namespace banto::cache {

// Bytes of the body that a replay overwrites in place: same length, so that nothing moves.
struct Patch {
  enum class Kind : uint8_t {
    kId,
    kCreated,  // Unix seconds
    kDate,     // a date and a time of day (RFC 3339)
  };
  uint32_t at = 0;
  uint16_t size = 0;
  Kind kind = Kind::kId;
};

// A part of the body.
struct BodySpan {
  uint32_t at = 0, size = 0;  // size 0: there is none
};

struct Entry;
using EntryPtr = std::shared_ptr<const Entry>;

struct Entry {
  int status = 200;
  bool stream = false;  // the body is a sequence of frames (SSE or NDJSON), replayed chunked
  std::string content_type;
  http::FieldList fields;  // the other end-to-end fields
  std::string body;
  std::vector<Patch> patches;  // ordered by `at`
  BodySpan usage;              // the frame that only clients who asked for usage get
  std::string pace;            // of a stream (pace.h); empty: a replay is sent at once
  std::string model, worker;   // its origin, for logs and X-Banto-Worker
  int64_t stored_at_ms = 0;    // wall clock; Age counts from it; earlier than the arrival by the
                               // age it had then
  int64_t expires_at_ms = 0;   // wall clock; never served later
  int64_t input_tokens = -1, output_tokens = -1;
  int64_t worker_ms = 0;  // time spent to generate it
  // The same answer in the other packaging, once somebody has asked for it. Only in memory.
  EntryPtr other_form;

  // Memory used by this entry, including all strings, its own structure and its other form.
  size_t CostBytes() const;
};

// An entry with another body: its head, where it comes from and how long it is good. Nothing is
// counted yet.
std::shared_ptr<Entry> HeadOf(const Entry& entry);
// The fields of its head for another request's answer.
void TellHead(const Entry& entry, http::FieldList* fields);

// The stored form for Redis: magic, version, lengths, and a checksum (XXH3-128) over everything
// including the key, so that a truncated, foreign or misplaced value is a miss and never an answer.
std::string EncodeEntry(const Entry& entry, std::string_view key_bytes);
// nullptr if anything is wrong; *why names it ("bad magic", "checksum", "expired", "other
// version").
EntryPtr DecodeEntry(std::string_view value, std::string_view key_bytes, int64_t now_ms,
                     const char** why);

// Appends the body with a new id and time in place of the patches; the id keeps its length and its
// prefix up to the last '-' or '_', and dates keep their distance from each other. In slices, so
// that a slow reader of a large entry costs a slice rather than a copy: appends about `bytes_max`
// bytes starting at `from` (never splitting a patch) and returns where the next slice begins.
size_t AppendRenewed(const Entry& entry, size_t from, size_t bytes_max, int64_t now_s,
                     uint64_t random, std::string* out);

}  // namespace banto::cache

#endif  // BANTO_CACHE_ENTRY_H_
