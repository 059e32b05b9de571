// Decodes a worker's coded answer (gzip, br, …) in slices. A little input may expand to a lot: each
// turn decodes at most one slice, if the reader takes it, and nothing more is read until the rest
// is decoded. Owned by a Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_CODED_ANSWER_H_
#define BANTO_PROXY_FETCH_CODED_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/answer_reading.h"
#include "proxy/fetch/relay_parts.h"
#include "proxy/http/content_decoder.h"
#include "proxy/net/timer.h"
#include "proxy/question/request.h"

namespace banto {

class CodedAnswer {
 public:
  // Takes decoded bytes, and the end. False: it wants no more; the CodedAnswer may be gone.
  using Give = std::function<bool(std::span<const std::string_view> decoded, bool end)>;

  CodedAnswer(const RelayParts& parts, http::ContentCoding coding, Give give);

  // `end`: no more input follows.
  void Take(std::span<const std::string_view> pieces, bool end);
  // Nobody takes more.
  void Stop() { next_turn_.Cancel(); }

  bool waits() const { return waits_; }
  void OnReaderFull() { reader_full_ = true; }
  void OnReaderTakes();

  ReadAs as = ReadAs::kOpaque;  // how the decoded bytes are read

 private:
  static constexpr size_t kRoomBytes = size_t{64} * 1024;
  static constexpr size_t kBytesPerTurn = size_t{1} << 20;

  enum class Decoded : uint8_t {
    kOver,     // as reported by `give`; this object may be gone
    kReadOn,   // all input is decoded: read more
    kWaits,    // input is left: read no more
    kWhole,    // … and the input has ended: complete
    kCut,      // the input has ended: truncated
    kCorrupt,  // malformed
    kNoRoom,   // too much input is pending
  };
  void Decode();
  Decoded DecodeTurn(const Give& give);
  bool DecodeSlice(std::string_view* left, const Give& give);
  void Break(FailureKind kind, std::string_view what) { parts_.sink->OnRelayBroken(kind, what); }

  const RelayParts parts_;
  const Give give_;
  std::unique_ptr<http::ContentDecoder> decoder_;
  http::ContentDecoder::Status status_ = http::ContentDecoder::Status::kMore;
  size_t bytes_left_ = kBytesPerTurn;  // output allowed in this turn
  bool waits_ = false;                 // some input is not decoded yet
  bool ended_ = false;                 // the input has ended
  bool reader_full_ = false;           // the reader asked to pause
  bool padded_ = false;                // what follows its end is not part of it
  std::string rest_;                   // input not decoded yet
  BufferedBytes counted_;              // its share of limits.buffered_bytes_max
  net::Timer next_turn_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CODED_ANSWER_H_
