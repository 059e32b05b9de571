// Makes the client's answer of a worker's that is in another API (codec_translator.h) or in another
// packaging (answer_assembler.h). Owned by a Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_ANSWER_TRANSLATOR_H_
#define BANTO_PROXY_FETCH_ANSWER_TRANSLATOR_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/codec.h"
#include "proxy/http/event_stream.h"

namespace banto {

class AnswerTranslator {
 public:
  virtual ~AnswerTranslator() = default;
  // Whether the worker's answer may be a stream.
  virtual bool reads_streams() const = 0;
  // Whether the client gets a stream.
  virtual bool streams() const = 0;
  virtual int64_t next_sequence() const = 0;
  // The answer is more than any model's.
  virtual bool overdone() const = 0;

  // A data frame of the worker's stream. What it makes for the client is appended to output().
  virtual void OnFrame(const http::Frame& frame) = 0;
  // The worker's stream has ended well; `complete`: by all rules of its API. False: it cannot be
  // told in the client's packaging.
  virtual bool End(bool complete) = 0;
  // A whole answer, instead of frames. False: not what its API promises, or not finished.
  virtual bool OnWhole(std::string_view body) = 0;

  // Frames, or at the end the whole answer as one. Cleared by whoever passes them on.
  api::FrameOutput& output() { return output_; }

 protected:
  api::FrameOutput output_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ANSWER_TRANSLATOR_H_
