// Builds heads, for the parsers only: they note offsets while reading and hand over the bytes once,
// at the end.
#ifndef BANTO_PROXY_HTTP_HEAD_BUILDER_H_
#define BANTO_PROXY_HTTP_HEAD_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

// A range of the head's bytes, relative to the first.
struct Span {
  size_t at = 0, size = 0;
};

struct RequestParts {
  Span method, target, host;
  BodyFraming framing;
  int minor_version = 1;
  bool keep_alive = true;
  bool nominates_fields = false;
  bool expects_continue = false;
  bool dot_segment = false;
  bool repeats_authorization = false;
};

struct ResponseParts {
  int status = 0;
  Span reason;
  BodyFraming framing;
  int minor_version = 1;
  bool keep_alive = true;
  bool nominates_fields = false;
};

class HeadBuilder {
 public:
  // Clears the head for a new message, keeping its memory. A head that has bytes is thus complete.
  static Fields* StartFields(Head* head) {
    head->bytes_.clear();
    head->fields_.Clear();
    return &head->fields_;
  }
  static void Finish(const RequestParts& parts, RequestHead* head) {
    head->method_ = Range(parts.method);
    head->target_ = Range(parts.target);
    head->host_ = Range(parts.host);
    head->framing_ = parts.framing;
    head->minor_version_ = parts.minor_version;
    head->keep_alive_ = parts.keep_alive;
    head->nominates_fields_ = parts.nominates_fields;
    head->expects_continue_ = parts.expects_continue;
    head->dot_segment_ = parts.dot_segment;
    head->repeats_authorization_ = parts.repeats_authorization;
  }
  static void Finish(const ResponseParts& parts, ResponseHead* head) {
    head->status_ = parts.status;
    head->reason_at_ = static_cast<uint32_t>(parts.reason.at);
    head->reason_size_ = static_cast<uint32_t>(parts.reason.size);
    head->framing_ = parts.framing;
    head->minor_version_ = parts.minor_version;
    head->keep_alive_ = parts.keep_alive;
    head->nominates_fields_ = parts.nominates_fields;
  }
  // The same head with another Content-Length of equally many digits; `at`: their offset.
  static void SetLength(size_t at, std::string_view digits, uint64_t length, Head* head) {
    head->bytes_.replace(at, digits.size(), digits);
    head->framing_.length = length;
  }
  // The head's own copy of its bytes.
  static std::string* Bytes(Head* head) { return &head->bytes_; }

 private:
  static RequestHead::Range Range(Span s) {
    return {static_cast<uint32_t>(s.at), static_cast<uint32_t>(s.size)};
  }
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_HEAD_BUILDER_H_
