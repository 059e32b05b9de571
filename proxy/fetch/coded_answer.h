// A worker's coded answer (gzip, br, …) while it is decoded in slices. Little can become very much:
// a turn decodes a slice of it at the most, for a reader that takes it; until the rest is decoded
// nothing more is read. Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_CODED_ANSWER_H_
#define BANTO_PROXY_FETCH_CODED_ANSWER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "proxy/fetch/answer_reading.h"
#include "proxy/http/content_decoder.h"
#include "proxy/net/timer.h"
#include "proxy/question/request.h"

namespace banto {

struct CodedAnswer {
  static constexpr size_t kRoomBytes = size_t{64} * 1024;
  static constexpr size_t kBytesPerTurn = size_t{1} << 20;

  // `go_on`: the next turn has come, and something waits.
  CodedAnswer(net::EventLoop* loop, http::ContentCoding coding, std::function<void()> go_on)
      : decoder(http::MakeContentDecoder(coding)),
        next_turn(loop, [this, go_on = std::move(go_on)] {
          bytes_left = kBytesPerTurn;
          if (waits && !reader_full) go_on();
        }) {}
  bool may_go_on() const { return bytes_left > 0 && !reader_full; }

  std::unique_ptr<http::ContentDecoder> decoder;
  ReadAs as = ReadAs::kOpaque;        // what comes out of it
  size_t bytes_left = kBytesPerTurn;  // that may come out in this turn
  bool waits = false;                 // not all that was read is decoded
  bool ended = false;                 // all is read
  bool reader_full = false;           // it asked to pause
  bool padded = false;                // it is whole; what follows is no part of it
  std::string rest;                   // read and not decoded
  BufferedBytes counted;              // the share of `rest` in limits.buffered_bytes_max
  net::Timer next_turn;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CODED_ANSWER_H_
