// Chunked bodies from anywhere: no crash, nothing consumed that is not there, progress or a reason,
// the same payload in pieces as at once, and raw bytes called verbatim only when they mean their
// payload.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/http/body_parser.h"

namespace {

using banto::http::BodyKind;
using banto::http::BodyParser;

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Reading {
  BodyParser parser{{BodyKind::kChunked, 0}};
  std::string payload;
  std::string relayed;  // what a relay would send on: raw where verbatim, framed anew where not
  size_t consumed = 0;

  void Feed(std::string_view in) {
    const std::string_view all = in;
    std::string piece_payload;
    while (!in.empty() && parser.state() == BodyParser::State::kReading) {
      const BodyParser::Piece piece = parser.Next(in);
      Require(piece.consumed <= in.size());
      Require(piece.payload.empty() ||
              (piece.payload.data() >= in.data() &&
               piece.payload.data() + piece.payload.size() <= in.data() + piece.consumed));
      Require(piece.consumed > 0 || parser.state() == BodyParser::State::kBad);
      in.remove_prefix(piece.consumed);
      piece_payload.append(piece.payload);
    }
    consumed += all.size() - in.size();
    payload += piece_payload;
    if (parser.TakeVerbatim()) {
      relayed.append(all.substr(0, all.size() - in.size()));
      return;
    }
    if (!piece_payload.empty()) {
      char size_line[20];
      const int size = std::snprintf(size_line, sizeof(size_line), "%zx\r\n", piece_payload.size());
      relayed.append(size_line, static_cast<size_t>(size)).append(piece_payload).append("\r\n");
    }
    if (parser.done()) relayed.append("0\r\n\r\n");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t step = data[0] % 32 + 1;
  const std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
  Reading whole;
  whole.Feed(in);
  Reading pieces;
  for (size_t at = 0; at < in.size(); at += step) pieces.Feed(in.substr(at, step));
  Require(whole.parser.state() == pieces.parser.state());
  Require(whole.parser.error() == pieces.parser.error());
  Require(whole.consumed == pieces.consumed && whole.payload == pieces.payload);
  if (!whole.parser.done()) return 0;
  Reading next_hop;
  next_hop.Feed(pieces.relayed);
  Require(next_hop.parser.done() && next_hop.payload == whole.payload);
  Require(next_hop.consumed == pieces.relayed.size());
  return 0;
}
