// Reads the frames of one streamed answer; each API has its own (dialect.h), and answer_reader.h is
// what others see of it. Owned by an AnswerReader; loop thread only; allocation-free per frame.
#ifndef BANTO_PROXY_API_STREAM_READER_H_
#define BANTO_PROXY_API_STREAM_READER_H_

#include <memory>

#include "proxy/api/answer_reader.h"

namespace banto::api {

class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // `frame` is no comment. Usage is kept in *usage, the answer's.
  virtual FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) = 0;
  // After the last frame of a transport that ended well.
  virtual Completeness Finish() const = 0;
  // Whether an error event or line was among the frames, however the transport ended.
  virtual bool failed() const = 0;
  // Whether what was begun was also ended: every choice that appeared has its finish_reason. Less
  // than Finish() asks for storing, but without it the answer is cut short.
  virtual bool finished() const = 0;
  // The number that the next event would have, where the API counts them.
  virtual int64_t next_sequence() const { return 0; }
};

// OpenAI's sentinel. It proves nothing but that no more frames should come.
inline bool IsDone(std::string_view data) {
  constexpr std::string_view kDone = "[DONE]";
  return data.starts_with(kDone) &&
         data.find_first_not_of(" \t\n", kDone.size()) == std::string_view::npos;
}

}  // namespace banto::api

#endif  // BANTO_PROXY_API_STREAM_READER_H_
