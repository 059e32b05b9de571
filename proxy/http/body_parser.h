// Extracts the payload from a message body as it arrives. Incremental and pure: holds a few
// integers, never bytes. Owned by the reader of the message (Http1Connection for requests, Attempt
// for answers).
#ifndef BANTO_PROXY_HTTP_BODY_PARSER_H_
#define BANTO_PROXY_HTTP_BODY_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/http/message.h"

namespace banto::http {

class BodyParser {
 public:
  enum class State : uint8_t {
    kReading,  // the body continues
    kDone,     // the end was reached; further bytes belong to the next message
    kBad,      // invalid framing (RFC 9112 §7.1): the connection is unusable
  };

  struct Piece {
    size_t consumed = 0;       // bytes taken from the front of `in`
    std::string_view payload;  // a view into `in`; empty for framing bytes and at the end
  };

  BodyParser() = default;
  // Inline: copying 16 bytes of a call's result would stall on the smaller stores that made it.
  explicit BodyParser(BodyFraming framing)
      : state_(IsEmpty(framing) ? State::kDone : State::kReading),
        kind_(framing.kind),
        remaining_(framing.kind == BodyKind::kLength ? framing.length : 0) {}

  // Takes the next piece: at most one run of payload. Call until it consumes nothing or state() !=
  // kReading.
  Piece Next(std::string_view in);

  // The peer has closed: kDone for kUntilClose, kBad for a truncated body (never a clean end).
  State Close();

  State state() const { return state_; }
  bool done() const { return state_ == State::kDone; }
  BodyKind kind() const { return kind_; }
  // kLength: payload bytes still to come; otherwise 0.
  uint64_t remaining() const { return kind_ == BodyKind::kLength ? remaining_ : 0; }
  const char* error() const { return error_; }

 private:
  enum class Step : uint8_t {
    kSize,                // hex digits
    kExtensionName,       // first character of an extension's name
    kExtensionNameRest,   // further ones, or '=', ';', CR
    kExtensionValue,      // first character of its value, or '"'
    kExtensionValueRest,  // further ones, or ';', CR
    kExtensionQuoted,     // inside a quoted value
    kExtensionEscape,     // after a backslash in it
    kExtensionEnd,        // after its closing quote: ';' or CR
    kSizeLf,              // LF of the size line
    kData,                // payload
    kDataCr,              // CR after it
    kDataLf,              // LF after it
    kTrailerStart,        // first character of a trailer, or the CR that ends the body
    kTrailerName,         // further ones of its name
    kTrailerValue,        // its value
    kTrailerLf,           // LF of the trailer
    kEndLf,               // LF that ends the body
  };

  static bool IsEmpty(const BodyFraming& framing) {
    return framing.kind == BodyKind::kNone ||
           (framing.kind == BodyKind::kLength && framing.length == 0);
  }
  Piece NextChunked(std::string_view in);
  Piece WholeChunk(std::string_view in) const;
  Piece TakeData(std::string_view in, size_t at);
  // Each takes one byte; returns false if it is not allowed there (the state is then kBad).
  bool TakeFramingByte(char c);
  bool TakeSizeByte(char c);
  bool TakeExtensionByte(char c);
  bool TakeTrailerByte(char c);
  bool Expect(char c, char wanted, const char* error);
  bool CountOverhead(uint32_t bytes_max, const char* error);
  bool Fail(const char* error);

  State state_ = State::kDone;
  BodyKind kind_ = BodyKind::kNone;
  Step step_ = Step::kSize;
  uint8_t size_digits_ = 0;
  uint32_t overhead_bytes_ = 0;  // extensions and trailers so far; bounded
  uint64_t remaining_ = 0;       // of the length, or of the chunk
  const char* error_ = nullptr;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_BODY_PARSER_H_
