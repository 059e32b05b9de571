#include "proxy/http/body_parser.h"

#include <algorithm>

#include "proxy/http/char_class.h"

namespace banto::http {
namespace {

constexpr uint8_t kSizeDigitsMax = 16;
constexpr uint64_t kChunkBytesMax = INT64_MAX;
constexpr uint32_t kExtensionBytesMax = 4 * 1024;  // of all chunks together
constexpr uint32_t kTrailerBytesMax = 8 * 1024;

unsigned HexValue(char c) {
  return c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

}  // namespace

BodyParser::Piece BodyParser::Next(std::string_view in) {
  if (state_ != State::kReading || in.empty()) return {};
  if (kind_ == BodyKind::kChunked) return NextChunked(in);
  if (kind_ == BodyKind::kUntilClose) return {in.size(), in};
  const Piece piece = TakeData(in, 0);
  if (remaining_ == 0) state_ = State::kDone;
  return piece;
}

BodyParser::Piece BodyParser::TakeData(std::string_view in, size_t at) {
  const size_t size = static_cast<size_t>(std::min<uint64_t>(remaining_, in.size() - at));
  remaining_ -= size;
  return {at + size, in.substr(at, size)};
}

// The fast path for a plain chunk that lies entirely at the front of `in`, as a token's does
// (measured: perf/README.md). Takes nothing if anything about it is unusual, so that only the state
// machine judges it.
inline BodyParser::Piece BodyParser::WholeChunk(std::string_view in) const {
  constexpr size_t kDigitsMax = 8;
  if (step_ != Step::kSize || size_digits_ != 0 || in.front() == '0') return {};
  const size_t digits_max = std::min(in.size(), kDigitsMax);
  uint64_t size = 0;
  size_t at = 0;
  for (; at < digits_max && Is(in[at], kHexChar); ++at) size = size << 4 | HexValue(in[at]);
  if (size == 0 || in.size() - at < size + 4) return {};
  const char* const line_end = in.data() + at;
  const char* const data_end = line_end + 2 + size;
  if (line_end[0] != '\r' || line_end[1] != '\n' || data_end[0] != '\r' || data_end[1] != '\n') {
    return {};
  }
  return {at + size + 4, {line_end + 2, size}};
}

BodyParser::Piece BodyParser::NextChunked(std::string_view in) {
  Piece piece = WholeChunk(in);
  // Leave the chunk to the state machine too if the last chunk may follow it.
  if (piece.consumed != 0 && (piece.consumed == in.size() || in[piece.consumed] != '0')) {
    return piece;
  }
  while (piece.consumed < in.size() && state_ == State::kReading) {
    if (step_ == Step::kData) {
      if (!piece.payload.empty()) break;
      piece = TakeData(in, piece.consumed);
      if (remaining_ == 0) step_ = Step::kDataCr;
    } else if (TakeFramingByte(in[piece.consumed])) {
      ++piece.consumed;
    }
  }
  return piece;
}

bool BodyParser::TakeFramingByte(char c) {
  switch (step_) {
    case Step::kSize:
      return TakeSizeByte(c);
    case Step::kSizeLf:
      if (!Expect(c, '\n', "chunk size without CR LF")) return false;
      step_ = remaining_ > 0 ? Step::kData : Step::kTrailerStart;
      size_digits_ = 0;
      overhead_bytes_ = remaining_ > 0 ? overhead_bytes_ : 0;
      return true;
    case Step::kData:
      return false;
    case Step::kDataCr:
      step_ = Step::kDataLf;
      return Expect(c, '\r', "chunk longer than its size");
    case Step::kDataLf:
      step_ = Step::kSize;
      return Expect(c, '\n', "chunk without CR LF");
    case Step::kExtensionName:
    case Step::kExtensionNameRest:
    case Step::kExtensionValue:
    case Step::kExtensionValueRest:
    case Step::kExtensionQuoted:
    case Step::kExtensionEscape:
    case Step::kExtensionEnd:
      return TakeExtensionByte(c);
    default:
      return TakeTrailerByte(c);
  }
}

bool BodyParser::TakeSizeByte(char c) {
  if (Is(c, kHexChar)) {
    if (size_digits_ == kSizeDigitsMax) return Fail("chunk size with too many digits");
    remaining_ = remaining_ << 4 | HexValue(c);
    ++size_digits_;
    if (remaining_ > kChunkBytesMax) return Fail("chunk size too large");
    return true;
  }
  if (size_digits_ == 0) return Fail("chunk without a size");
  if (c == '\r') {
    step_ = Step::kSizeLf;
    return true;
  }
  // The grammar's BWS allows white space here, but peers disagree on it and no legitimate sender
  // uses it.
  if (c != ';') return Fail("malformed chunk size");
  step_ = Step::kExtensionName;
  return CountOverhead(kExtensionBytesMax, "chunk extensions too long");
}

// chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] ), RFC 9112 §7.1.1, without BWS.
// Parsed by its grammar, because a lax and a strict parser end the line at different places
// (CVE-2026-2332).
bool BodyParser::TakeExtensionByte(char c) {
  if (!CountOverhead(kExtensionBytesMax, "chunk extensions too long")) return false;
  const bool may_end = step_ == Step::kExtensionNameRest || step_ == Step::kExtensionValueRest ||
                       step_ == Step::kExtensionEnd;
  if (may_end && c == '\r') {
    step_ = Step::kSizeLf;
  } else if (may_end && c == ';') {
    step_ = Step::kExtensionName;
  } else if (step_ == Step::kExtensionNameRest && c == '=') {
    step_ = Step::kExtensionValue;
  } else if (step_ == Step::kExtensionValue && c == '"') {
    step_ = Step::kExtensionQuoted;
  } else if (step_ == Step::kExtensionQuoted && c == '"') {
    step_ = Step::kExtensionEnd;
  } else if (step_ == Step::kExtensionQuoted && c == '\\') {
    step_ = Step::kExtensionEscape;
  } else if (step_ == Step::kExtensionQuoted || step_ == Step::kExtensionEscape) {
    if (!Is(c, kValueChar)) return Fail("control character in a chunk extension");
    step_ = Step::kExtensionQuoted;
  } else if (step_ == Step::kExtensionEnd || !Is(c, kTokenChar)) {
    return Fail("malformed chunk extension");
  } else if (step_ == Step::kExtensionName) {
    step_ = Step::kExtensionNameRest;
  } else if (step_ == Step::kExtensionValue) {
    step_ = Step::kExtensionValueRest;
  }
  return true;
}

// Trailers are validated and dropped: merged into the head they could forge it (RFC 9110 §6.5.1).
bool BodyParser::TakeTrailerByte(char c) {
  if (!CountOverhead(kTrailerBytesMax, "trailers too long")) return false;
  switch (step_) {
    case Step::kTrailerStart:
      if (c == '\r') {
        step_ = Step::kEndLf;
        return true;
      }
      step_ = Step::kTrailerName;
      return Is(c, kTokenChar) || Fail("malformed trailer");
    case Step::kTrailerName:
      if (c == ':') step_ = Step::kTrailerValue;
      return c == ':' || Is(c, kTokenChar) || Fail("malformed trailer name");
    case Step::kTrailerValue:
      if (c == '\r') step_ = Step::kTrailerLf;
      return c == '\r' || Is(c, kValueChar) || Fail("control character in a trailer");
    case Step::kTrailerLf:
      step_ = Step::kTrailerStart;
      return Expect(c, '\n', "trailer without CR LF");
    default:  // kEndLf
      if (!Expect(c, '\n', "chunked body without a final CR LF")) return false;
      state_ = State::kDone;
      return true;
  }
}

bool BodyParser::Expect(char c, char wanted, const char* error) {
  return c == wanted || Fail(error);
}

bool BodyParser::CountOverhead(uint32_t bytes_max, const char* error) {
  return ++overhead_bytes_ <= bytes_max || Fail(error);
}

bool BodyParser::Fail(const char* error) {
  state_ = State::kBad;
  error_ = error;
  return false;
}

BodyParser::State BodyParser::Close() {
  if (state_ != State::kReading) return state_;
  if (kind_ == BodyKind::kUntilClose) return state_ = State::kDone;
  Fail("closed before the end of the body");
  return state_;
}

}  // namespace banto::http
