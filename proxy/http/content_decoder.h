// Takes one content coding (RFC 9110 §8.4.1) off a body while it comes: whatever the coded bytes so
// far can tell is given out at once, so that a compressed stream stays a stream. Bounded by the
// room that the caller gives. Owned by who reads the body; one thread.
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
  kOther,  // unknown, or several on top of each other: nobody here takes it off
};

// By its name alone ("gzip", "x-gzip", …); one that is no name is kOther.
ContentCoding ContentCodingOf(std::string_view name);
// What all Content-Encoding lines of a head say together.
ContentCoding ReadContentCoding(const Head& head);
// Whether the client said that it takes this coding (RFC 9110 §12.5.3). Silence is no yes.
bool AcceptsCoding(const RequestHead& head, ContentCoding coding);

class ContentDecoder {
 public:
  enum class Status : uint8_t {
    kMore,     // *in is used up, and all that it tells was given
    kFull,     // the room is: call again, even when *in is empty
    kCorrupt,  // not what it says
  };

  virtual ~ContentDecoder() = default;
  // Decodes from the front of *in (which it takes off) into `room`; *got bytes were written.
  virtual Status Decode(std::string_view* in, char* room, size_t room_size, size_t* got) = 0;
  // Whether what was decoded ended where its format ends. Behind kCorrupt: it did, and something
  // that does not belong to it follows.
  virtual bool whole() const = 0;
};

// nullptr for kIdentity and kOther.
std::unique_ptr<ContentDecoder> MakeContentDecoder(ContentCoding coding);

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_CONTENT_DECODER_H_
