// Decodes one content coding (RFC 9110 §8.4.1) of a body as it arrives. Everything that the input
// so far allows is emitted at once, so that a compressed stream remains a stream. Output is bounded
// by the caller's buffer. Not thread-safe.
#ifndef BANTO_PROXY_HTTP_CONTENT_DECODER_H_
#define BANTO_PROXY_HTTP_CONTENT_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

enum class ContentCoding : uint8_t {
  kIdentity,
  kGzip,
  kDeflate,
  kBrotli,
  kZstd,
  kOther,  // unknown, or several codings: not decoded
};

// By name ("gzip", "x-gzip", …); kOther for anything that is not a known name.
ContentCoding ContentCodingOf(std::string_view name);
// The combined result of all Content-Encoding lines of a head.
ContentCoding ReadContentCoding(const Head& head);
// Whether the client explicitly accepts this coding (RFC 9110 §12.5.3).
bool AcceptsCoding(const RequestHead& head, ContentCoding coding);

class ContentDecoder {
 public:
  enum class Status : uint8_t {
    kMore,     // *in is used up and its output complete
    kFull,     // the buffer is full: call again, even if *in is empty
    kCorrupt,  // malformed
  };

  virtual ~ContentDecoder() = default;
  // Decodes from the front of *in, consuming it, into `room`; *got bytes were written.
  virtual Status Decode(std::string_view* in, char* room, size_t room_size, size_t* got) = 0;
  // Whether the output ended where its format ends. After kCorrupt: it did, and foreign bytes
  // follow.
  virtual bool whole() const = 0;
};

// nullptr for kIdentity and kOther.
std::unique_ptr<ContentDecoder> MakeContentDecoder(ContentCoding coding);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CONTENT_DECODER_H_
