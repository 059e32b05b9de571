// The last token of a stream, to know the next by: successive token frames are the same bytes but
// for the text of the delta and a time. What differs from it in nothing but these gets its verdict
// without being parsed. Owned by one answer's stream reader; loop thread only; a copy of one frame.
#ifndef BANTO_PROXY_API_CHUNK_TEMPLATE_H_
#define BANTO_PROXY_API_CHUNK_TEMPLATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api {

// A value that may be another one in the next frame.
struct VariablePart {
  enum class Kind : uint8_t {
    kText,    // a string that is not empty, between its quotes
    kString,  // any string, between its quotes
    kDigits,  // a whole number
  };
  Kind kind = Kind::kText;
  std::string_view bytes;  // a view into the frame; elsewhere or empty: it has no such part
};

class ChunkTemplate {
 public:
  // Frames above this are parsed, each of them: 5,000 streams hold one each.
  static constexpr size_t kFrameBytesMax = 1024;

  // `frame`: a whole one, whose verdict was `verdict` and whose every further copy with other
  // values in its parts would have the same verdict and change nothing. Forgets where it has no
  // text.
  void Learn(std::string_view frame, const FrameVerdict& verdict, VariablePart text,
             VariablePart time);
  void Forget() { bytes_.clear(); }

  // Whether `frame` is such a copy, strings escaped well and in UTF-8; *verdict is then its
  // verdict.
  bool Matches(std::string_view frame, FrameVerdict* verdict) const;

 private:
  struct Hole {
    VariablePart::Kind kind;
    uint16_t at, size;  // in bytes_
  };
  bool Add(std::string_view frame, VariablePart part);

  std::string bytes_;  // empty: nothing is known
  std::array<Hole, 2> holes_{};
  uint8_t hole_count_ = 0;
  FrameVerdict verdict_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_CHUNK_TEMPLATE_H_
