// The last token of a stream, to know the next by: successive token frames are the same bytes but
// for the text of the delta and the time. What differs from it in nothing but these gets its
// verdict without being parsed. Owned by one answer's stream reader; loop thread only; a copy of
// one frame.
#ifndef BANTO_PROXY_API_CHUNK_TEMPLATE_H_
#define BANTO_PROXY_API_CHUNK_TEMPLATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api {

class ChunkTemplate {
 public:
  // Larger frames are parsed, each of them: 5,000 streams hold a copy of one.
  static constexpr size_t kFrameBytesMax = 1024;

  // `frame`: a whole one, whose verdict was `verdict`. The caller says that a further frame with
  // another `text` that is not empty, another string for `time` and other digits in the verdict's
  // span of `created` would have the same verdict and change nothing. Both are views into `frame`,
  // between the quotes of strings; without a text nothing is learnt, a time need not be.
  void Learn(std::string_view frame, const FrameVerdict& verdict, std::string_view text,
             std::string_view time);
  void Forget() { bytes_.clear(); }

  // Whether `frame` is such a one, its strings escaped well and in UTF-8; *verdict is then its
  // verdict.
  bool Matches(std::string_view frame, FrameVerdict* verdict);

 private:
  struct Hole {
    uint16_t at, size;  // in bytes_
    bool may_be_empty;
  };
  bool Add(std::string_view frame, std::string_view part, bool may_be_empty);
  // Whether the `size` bytes at `bytes` are those at `at` in bytes_.
  bool Same(const char* bytes, size_t at, size_t size);
  bool TakeOtherSecond(const char* bytes, size_t at, size_t size);

  std::string bytes_;  // empty: nothing is known
  std::array<Hole, 2> holes_{};
  uint32_t hole_count_ = 0;
  FrameVerdict verdict_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_CHUNK_TEMPLATE_H_
