// HTTP/1.1 heads as data: a request head, a response head and the list of fields that both carry.
//
// A head owns one copy of its bytes and keeps offsets into it, so that moving it (into an Exchange,
// into an Entry) moves two pointers and no field is copied individually. Views returned by
// accessors live as long as the head. Not thread-safe.
#ifndef BANTO_PROXY_HTTP_MESSAGE_H_
#define BANTO_PROXY_HTTP_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/http/fields.h"

namespace banto::http {

// ASCII comparison ignoring case, as for field names (RFC 9110 §5.1).
bool EqualBytesNoCase(const char* a, const char* b, size_t size);
inline bool EqualsNoCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && EqualBytesNoCase(a.data(), b.data(), a.size());
}

// Whether a comma-separated field value contains `token`, ignoring case and optional space (RFC
// 9110 §5.6.1). Parameters after ';' are not part of the token.
bool ListHasToken(std::string_view list, std::string_view token);

// How a message's body is delimited (RFC 9112 §6.3).
enum class BodyKind : uint8_t {
  kNone,        // no body: no framing field, or a status or method without a body
  kLength,      // Content-Length bytes
  kChunked,     // chunked transfer coding
  kUntilClose,  // response only: until the peer closes
};

struct BodyFraming {
  BodyKind kind = BodyKind::kNone;
  uint64_t length = 0;  // bytes, for kLength
};

// The common part of request and response heads: the bytes, the fields, and what they imply for the
// body and the connection.
class Head {
 public:
  // Whether a field with this name (or of this family) is present; a bit test.
  bool Has(FieldName id) const { return fields_.present().Has(id); }
  bool HasAny(FieldSet ids) const { return fields_.present().HasAny(ids); }
  // The first field called `name`, or nullopt.
  std::optional<std::string_view> Find(FieldName id) const;
  std::optional<std::string_view> Find(std::string_view name) const;
  // Whether any field called `name` lists `token` (for Connection, TE, Transfer-Encoding …).
  bool HasToken(FieldName id, std::string_view token) const;
  bool HasToken(std::string_view name, std::string_view token) const;
  // Whether Connection names anything besides "close" and "keep-alive".
  bool nominates_fields() const { return nominates_fields_; }
  int minor_version() const { return minor_version_; }  // 0 or 1
  // Of an answer: depends on the request's method.
  BodyFraming framing() const { return framing_; }
  bool keep_alive() const { return keep_alive_; }
  size_t field_count() const { return fields_.size(); }
  Field field(size_t i) const { return FieldOf(fields_.entries()[i]); }
  std::span<const FieldEntry> entries() const { return fields_.entries(); }
  Field FieldOf(const FieldEntry& entry) const { return ViewField(entry, bytes_.data()); }
  // The head exactly as received, including its closing empty line. (An absolute-form target
  // without a path is given one in place.)
  const std::string& bytes() const { return bytes_; }

 protected:
  friend class HeadBuilder;  // the parsers' access
  std::string bytes_;
  Fields fields_;
  BodyFraming framing_;
  int minor_version_ = 1;
  bool keep_alive_ = true;
  bool nominates_fields_ = false;
};

class RequestHead : public Head {
 public:
  std::string_view method() const { return View(method_); }
  // Path and query in origin-form ("/v1/models?x=1"), or "*". An absolute-form target is split by
  // the parser: its authority replaces Host (RFC 9112 §3.2.2), and this returns its path.
  std::string_view target() const { return View(target_); }
  std::string_view path() const;   // target without the query
  std::string_view query() const;  // without '?'; empty if there is none
  // The effective authority: from an absolute-form target, else Host, else empty (HTTP/1.0).
  std::string_view host() const { return View(host_); }
  bool expects_continue() const { return expects_continue_; }
  // Whether the path contains dot segments (dot_segment.h).
  bool has_dot_segment() const { return dot_segment_; }
  // Whether there are several Authorization fields: servers use the first, the last, or both
  // joined.
  bool repeats_authorization() const { return repeats_authorization_; }

 private:
  friend class HeadBuilder;
  struct Range {
    uint32_t at = 0, size = 0;
  };
  std::string_view View(Range r) const { return {bytes_.data() + r.at, r.size}; }
  Range method_, target_, host_;
  bool expects_continue_ = false;
  bool dot_segment_ = false;
  bool repeats_authorization_ = false;
};

class ResponseHead : public Head {
 public:
  int status() const { return status_; }
  std::string_view reason() const { return {bytes_.data() + reason_at_, reason_size_}; }

 private:
  friend class HeadBuilder;
  int status_ = 0;
  uint32_t reason_at_ = 0, reason_size_ = 0;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_MESSAGE_H_
