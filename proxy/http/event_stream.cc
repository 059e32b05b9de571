#include "proxy/http/event_stream.h"

#include "proxy/http/event_rebuild.h"
#include "proxy/http/line_end.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace banto::http {
namespace {

constexpr size_t kNpos = std::string_view::npos;
// A splitter lives as long as its stream: memory for one large frame is not kept.
constexpr size_t kRestBytesKept = 64U << 10;

// The first byte up to CR in [p, end), or `end`: a line end, or a byte that JSON never contains.
const char* FindLowByte(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i cr = _mm_set1_epi8('\r');
  const auto load = [](const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  };
  const auto low = [cr](__m128i bytes) {
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, cr), bytes)));
  };
  if (end - p >= 16) {
    // The minimum over 64 bytes needs a single test.
    for (; end - p >= 64; p += 64) {
      const __m128i front = _mm_min_epu8(load(p), load(p + 16));
      const __m128i least = _mm_min_epu8(front, _mm_min_epu8(load(p + 32), load(p + 48)));
      if (low(least) != 0) break;
    }
    for (; end - p >= 16; p += 16) {
      const unsigned hits = low(load(p));
      if (hits != 0) return p + __builtin_ctz(hits);
    }
    // Reads again some bytes that are known not to match.
    const unsigned hits = low(load(end - 16));
    return hits != 0 ? end - 16 + __builtin_ctz(hits) : end;
  }
#endif
  while (p != end && static_cast<unsigned char>(*p) > '\r') ++p;
  return p;
}

}  // namespace

void FrameSplitter::Feed(std::string_view bytes) { input_ = bytes; }

size_t FrameSplitter::FindEventEnd() {
  const char* const begin = input_.data();
  const char* const end = begin + input_.size();
  const char* p = begin;
  while (p != end) {
    if (after_cr_) {
      after_cr_ = false;
      if (*p == '\n') {
        ++p;
        continue;
      }
    }
    const char* const stop = FindLineEnd(p, end);
    if (stop != p) in_line_ = true;
    if (stop == end) break;
    p = stop + 1;
    if (*stop == '\r') {
      saw_cr_ = true;
      // Emit the event now rather than when an LF is known to follow: it may be the last one.
      if (p == end) {
        after_cr_ = true;
      } else if (*p == '\n') {
        ++p;
      }
    }
    if (!in_line_) return static_cast<size_t>(p - begin);
    in_line_ = false;
    ++lines_;
  }
  return kNpos;
}

size_t FrameSplitter::FindEnd() {
  if (framing_ == StreamFraming::kSse) return FindEventEnd();
  if (framing_ == StreamFraming::kNone) return input_.empty() ? kNpos : input_.size();
  const size_t lf = input_.find('\n');
  return lf == kNpos ? kNpos : lf + 1;
}

void FrameSplitter::DropRest() {
  rest_given_ = false;
  if (rest_.capacity() > kRestBytesKept) {
    rest_ = std::string();
  } else {
    rest_.clear();
  }
}

// The fast path for the usual event, complete in the input: `data: ...`, LF, LF (measured:
// perf/README.md). False: nothing was taken.
inline bool FrameSplitter::TakePlainEvent(Frame* frame) {
  constexpr std::string_view kField = "data:";
  // An empty rest means that no frame was begun.
  if (!rest_.empty() || after_cr_ || framing_ != StreamFraming::kSse) return false;
  const char* const begin = input_.data();
  const char* const end = begin + input_.size();
  if (input_.substr(0, kField.size()) != kField) return false;
  const char* data = begin + kField.size();
  const char* const lf = FindLowByte(data, end);
  if (end - lf < 2 || lf[0] != '\n' || lf[1] != '\n') return false;
  if (*data == ' ') ++data;
  const size_t size = static_cast<size_t>(lf + 2 - begin);
  if (data == lf || size > frame_bytes_max_) return false;
  *frame = {{begin, size}, {data, static_cast<size_t>(lf - data)}, {}};
  input_.remove_prefix(size);
  started_ = true;
  return true;
}

FrameSplitter::Result FrameSplitter::Next(Frame* frame) {
  if (rest_given_) DropRest();
  if (!too_long_) {
    if (input_.empty()) return Result::kMore;
    if (TakePlainEvent(frame)) return Result::kFrame;
  }
  return NextCareful(frame);
}

FrameSplitter::Result FrameSplitter::NextCareful(Frame* frame) {
  while (!too_long_) {
    // The LF after the CR that ended the previous frame.
    if (after_cr_ && rest_.empty() && !input_.empty()) {
      after_cr_ = false;
      if (input_.front() == '\n') input_.remove_prefix(1);
    }
    const size_t end = FindEnd();
    const size_t taken = end == kNpos ? input_.size() : end;
    if (rest_.size() + taken > frame_bytes_max_) break;
    if (end == kNpos) {
      rest_.append(input_);
      input_ = {};
      return Result::kMore;
    }
    std::string_view raw = input_.substr(0, end);
    input_.remove_prefix(end);
    if (!rest_.empty()) {
      raw = rest_.append(raw);
      rest_given_ = true;
    }
    const bool carries = Read(raw, frame);
    lines_ = 0;
    saw_cr_ = false;
    if (carries) return Result::kFrame;
    DropRest();
  }
  too_long_ = true;
  return Result::kTooLong;
}

bool FrameSplitter::Read(std::string_view raw, Frame* frame) {
  if (!started_) {
    started_ = true;
    if (raw.substr(0, 3) == "\xEF\xBB\xBF" && framing_ != StreamFraming::kNone) {
      raw.remove_prefix(3);
      // The CR may have been alone on its line, so the counters below would be wrong.
      if (framing_ == StreamFraming::kSse) return RebuildEvent(raw, &rebuilt_, frame);
    }
  }
  switch (framing_) {
    case StreamFraming::kSse:
      if (lines_ == 1 && !saw_cr_) return ReadLine(raw, frame);
      return lines_ != 0 && RebuildEvent(raw, &rebuilt_, frame);
    case StreamFraming::kNdjson:
      return ReadJsonLine(raw, frame);
    case StreamFraming::kNone:
      break;
  }
  *frame = {raw, raw, {}};
  return true;
}

bool FrameSplitter::ReadJsonLine(std::string_view raw, Frame* frame) {
  std::string_view line = raw.substr(0, raw.size() - 1);
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  // Blank lines break ollama-python, which parses every line (wire-compatibility.md §2.2).
  if (line.find_first_not_of(" \t\r") == kNpos) return false;
  *frame = {raw, line, {}};
  if (line.size() + 1 != raw.size()) {
    rebuilt_.assign(line).push_back('\n');
    *frame = {rebuilt_, std::string_view(rebuilt_).substr(0, line.size()), {}};
  }
  return true;
}

// The common case, one line, LF, blank line, is passed on unchanged.
bool FrameSplitter::ReadLine(std::string_view raw, Frame* frame) {
  if (raw.front() == ':') {
    *frame = {raw, {}, {}};
    return true;
  }
  if (raw.substr(0, 5) != "data:") return RebuildEvent(raw, &rebuilt_, frame);
  std::string_view data = raw.substr(5, raw.size() - 7);
  if (!data.empty() && data.front() == ' ') data.remove_prefix(1);
  *frame = {raw, data, {}};
  // An event without data makes SDKs parse "" as JSON (wire-compatibility.md §2.2).
  return !data.empty();
}

}  // namespace banto::http
