// A worker's coded answer (gzip, br, …) while it is decoded in slices. Little can become very much:
// a turn decodes a slice of it at the most, for a reader that takes it; until the rest is decoded
// nothing more is read. Owned by a Relay; loop thread only.
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
  // `go_on`: the next turn has come, and something waits to be decoded.
  CodedAnswer(net::EventLoop* loop, http::ContentCoding coding, std::function<void()> go_on);

  enum class Decoded : uint8_t {
    kOver,     // `give` said so; this object may be gone
    kReadOn,   // all that was read is decoded
    kWaits,    // it is not: no more is to be read
    kWhole,    // … and nothing more comes
    kCut,      // nothing more comes, and it is not whole
    kCorrupt,  // it is not what it says
    kNoRoom,   // what waits is more than `budget` has
  };
  // `end`: nothing more comes.
  void Add(std::span<const std::string_view> pieces, bool end);
  // Goes on where it stopped, as far as this turn and the reader let it. `room`: memory for the
  // decoded bytes; `give` takes them, piece by piece, and says whether more are wanted.
  Decoded Decode(std::string* room, BufferedBytes::Budget* budget,
                 const std::function<bool(std::string_view)>& give);

  bool waits() const { return waits_; }
  bool reader_full() const { return reader_full_; }
  // Whether something follows the whole of it that is no part of it.
  bool padded() const { return padded_; }
  void OnReaderFull() { reader_full_ = true; }
  void OnReaderTakes();

  ReadAs as = ReadAs::kOpaque;  // what comes out of it

 private:
  static constexpr size_t kRoomBytes = size_t{64} * 1024;
  static constexpr size_t kBytesPerTurn = size_t{1} << 20;

  bool DecodeSlice(std::string_view* left, std::string* room,
                   const std::function<bool(std::string_view)>& give);

  std::unique_ptr<http::ContentDecoder> decoder_;
  http::ContentDecoder::Status status_ = http::ContentDecoder::Status::kMore;
  size_t bytes_left_ = kBytesPerTurn;  // that may come out in this turn
  bool waits_ = false;                 // not all that was read is decoded
  bool ended_ = false;                 // all is read
  bool reader_full_ = false;           // it asked to pause
  bool padded_ = false;
  std::string rest_;       // read and not decoded
  BufferedBytes counted_;  // its share of limits.buffered_bytes_max
  net::Timer next_turn_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CODED_ANSWER_H_
