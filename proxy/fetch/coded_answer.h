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
#include "proxy/http/content_decoder.h"
#include "proxy/net/timer.h"
#include "proxy/question/request.h"

namespace banto {

class CodedAnswer {
 public:
  // `go_on` runs in the next turn if something waits to be decoded.
  CodedAnswer(net::EventLoop* loop, http::ContentCoding coding, std::function<void()> go_on);

  enum class Decoded : uint8_t {
    kOver,     // as reported by `give`; this object may be gone
    kReadOn,   // all input is decoded: read more
    kWaits,    // input is left: read no more
    kWhole,    // … and the input has ended: complete
    kCut,      // the input has ended: truncated
    kCorrupt,  // malformed
    kNoRoom,   // the pending input exceeds `budget`
  };
  // `end`: no more input follows.
  void Add(std::span<const std::string_view> pieces, bool end);
  // Continues where it stopped, as far as this turn and the reader allow. `room`: memory for the
  // decoded bytes; `give` takes them piece by piece and returns whether it wants more.
  Decoded Decode(std::string* room, BufferedBytes::Budget* budget,
                 const std::function<bool(std::string_view)>& give);

  bool waits() const { return waits_; }
  bool reader_full() const { return reader_full_; }
  // Whether bytes follow the end of the coded answer that are not part of it.
  bool padded() const { return padded_; }
  void OnReaderFull() { reader_full_ = true; }
  void OnReaderTakes();

  ReadAs as = ReadAs::kOpaque;  // how the decoded bytes are read

 private:
  static constexpr size_t kRoomBytes = size_t{64} * 1024;
  static constexpr size_t kBytesPerTurn = size_t{1} << 20;

  bool DecodeSlice(std::string_view* left, std::string* room,
                   const std::function<bool(std::string_view)>& give);

  std::unique_ptr<http::ContentDecoder> decoder_;
  http::ContentDecoder::Status status_ = http::ContentDecoder::Status::kMore;
  size_t bytes_left_ = kBytesPerTurn;  // output allowed in this turn
  bool waits_ = false;                 // some input is not decoded yet
  bool ended_ = false;                 // the input has ended
  bool reader_full_ = false;           // the reader asked to pause
  bool padded_ = false;
  std::string rest_;       // input not decoded yet
  BufferedBytes counted_;  // its share of limits.buffered_bytes_max
  net::Timer next_turn_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CODED_ANSWER_H_
