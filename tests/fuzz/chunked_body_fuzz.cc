// Chunked bodies from anywhere: no crash, nothing consumed that is not there, progress or a reason,
// and the same payload in pieces as at once.
#include <cstdint>
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
  size_t consumed = 0;

  void Feed(std::string_view in) {
    const size_t size = in.size();
    while (!in.empty() && parser.state() == BodyParser::State::kReading) {
      const BodyParser::Piece piece = parser.Next(in);
      Require(piece.consumed <= in.size());
      Require(piece.payload.empty() ||
              (piece.payload.data() >= in.data() &&
               piece.payload.data() + piece.payload.size() <= in.data() + piece.consumed));
      Require(piece.consumed > 0 || parser.state() == BodyParser::State::kBad);
      in.remove_prefix(piece.consumed);
      payload += piece.payload;
    }
    consumed += size - in.size();
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
  return 0;
}
