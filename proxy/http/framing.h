// The length of a body according to the fields of its head (RFC 9112 §6). Pure.
#ifndef BANTO_PROXY_HTTP_FRAMING_H_
#define BANTO_PROXY_HTTP_FRAMING_H_

#include <cstdint>
#include <string_view>

#include "proxy/http/field_parser.h"
#include "proxy/http/message.h"

namespace banto::http {

// Digits only, without a leading zero (some servers read octal), below 2^63. False for anything
// else.
bool ReadContentLength(std::string_view value, uint64_t* length);

enum class CodingVerdict : uint8_t {
  kChunked,      // exactly "chunked"
  kUnsupported,  // well-formed, but with a coding that we do not support: 501
  kMalformed,    // chunked twice or not last, with parameters, or an empty list: 400
};
CodingVerdict ReadTransferEncoding(std::string_view value);

// Returns kDone with `framing` set, or kBad.
ParseResult FrameRequest(const FieldFacts& facts, int minor_version, BodyFraming* framing);

// Sets `must_close` if the framing cannot be trusted for a further message.
ParseResult FrameResponse(const FieldFacts& facts, int status, int minor_version, bool to_head,
                          BodyFraming* framing, bool* must_close);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FRAMING_H_
