// What all token frames of an engine's streams have in common: the bytes around the text of the
// delta, the id and the time. A frame that differs from it in nothing but these gets its verdict
// without being parsed. A value; pure.
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
  // Larger frames are parsed, each of them.
  static constexpr size_t kFrameBytesMax = 1024;

  // `frame`: a whole one, whose verdict was `verdict`. The caller says that a further frame with
  // another `text` that is not empty, another string for `time` and another id and number in the
  // verdict's spans would have the same kind. Text and time are views into `frame`, between the
  // quotes of strings; a time need not be. False: nothing can be learnt from it.
  bool Learn(std::string_view frame, const FrameVerdict& verdict, std::string_view text,
             std::string_view time);

  // Whether `frame` is such a one, its strings escaped well and in UTF-8; *verdict is then its
  // verdict.
  bool Matches(std::string_view frame, FrameVerdict* verdict) const;

  // Whether both know the same frames.
  bool operator==(const ChunkTemplate& other) const;

 private:
  enum class Kind : uint8_t {
    kText,     // the contents of a string that is not empty
    kTime,     // the contents of a string, and the verdict's date
    kId,       // as kText, and the verdict's id
    kCreated,  // a whole number, and the verdict's `created`
  };
  struct Hole {
    uint16_t at, size;  // in bytes_
    Kind kind;
  };
  void Add(size_t at, size_t size, Kind kind);
  // Where the contents of a hole of this kind end that begin at `in`; nullptr: not well.
  static const char* Fill(Kind kind, const char* in, const char* end);

  std::string bytes_;  // empty: nothing is known
  std::array<Hole, 4> holes_{};
  size_t hole_count_ = 0;
  FrameKind kind_ = FrameKind::kToken;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_CHUNK_TEMPLATE_H_
