// FrameSplitter on any bytes: what a stream means may not depend on how it is cut, and what it
// gives is read as the same again. First byte: framing and size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/event_stream.h"

namespace {

using banto::http::Frame;
using banto::http::FrameSplitter;
using banto::http::StreamFraming;

constexpr size_t kFrameBytesMax = 256;

struct Outcome {
  std::string frames, payloads;
  size_t count = 0;
  bool too_long = false;
};

void Require(bool good) {
  if (!good) std::abort();
}

// Offsets of views are checked by reading them: they may lie in freed memory.
void Take(const Frame& frame, StreamFraming framing, Outcome* outcome) {
  outcome->frames.append(frame.bytes);
  outcome->payloads.append(frame.event).append("|").append(frame.data).append("\n");
  ++outcome->count;
  if (framing != StreamFraming::kSse) return;
  Require(frame.bytes.size() >= 3 && frame.bytes.substr(frame.bytes.size() - 2) == "\n\n");
  Require(frame.bytes.find('\r') == std::string_view::npos);
  Require(frame.bytes.substr(0, 2) != "\n\n");
}

Outcome Split(StreamFraming framing, std::string_view stream, size_t piece_bytes) {
  FrameSplitter splitter(framing, kFrameBytesMax);
  Outcome outcome;
  Frame frame;
  for (size_t at = 0; at < stream.size() && !outcome.too_long; at += piece_bytes) {
    const std::string_view part = stream.substr(at, piece_bytes);
    const std::vector<char> piece(part.begin(), part.end());
    splitter.Feed({piece.data(), piece.size()});
    FrameSplitter::Result result = splitter.Next(&frame);
    for (; result == FrameSplitter::Result::kFrame; result = splitter.Next(&frame)) {
      Take(frame, framing, &outcome);
    }
    outcome.too_long = result == FrameSplitter::Result::kTooLong;
    Require(splitter.rest().size() <= kFrameBytesMax);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size < 2) return 0;
  const auto framing = (bytes[0] & 1) != 0 ? StreamFraming::kNdjson : StreamFraming::kSse;
  const size_t piece_bytes = 1 + (bytes[0] >> 1) % 64;
  const std::string stream(bytes + 1, bytes + size);

  const Outcome whole = Split(framing, stream, stream.size());
  const Outcome cut = Split(framing, stream, piece_bytes);
  // Near the limit the LF of a last CR LF counts or not, as it came with the CR or after it; before
  // that frame they agree.
  if (!whole.too_long && !cut.too_long) {
    Require(whole.frames == cut.frames && whole.payloads == cut.payloads);
  } else {
    const size_t common = std::min(whole.frames.size(), cut.frames.size());
    Require(whole.frames.compare(0, common, cut.frames, 0, common) == 0);
  }
  // A byte order mark behind a dropped first line would be at the start now.
  if (whole.too_long || whole.frames.compare(0, 3, "\xEF\xBB\xBF") == 0) return 0;
  const Outcome again = Split(framing, whole.frames, whole.frames.size() + 1);
  Require(again.too_long || again.count == whole.count);
  Require(again.too_long || again.payloads == whole.payloads);
  return 0;
}
