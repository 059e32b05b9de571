// Writes the chunks of a stream that tells a whole answer. Pure.
#ifndef BANTO_PROXY_API_OPENAI_CHUNK_FRAMES_H_
#define BANTO_PROXY_API_OPENAI_CHUNK_FRAMES_H_

#include <string>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api::openai {

// One choice of a whole. Raw values, empty where it has none.
struct WholeChoice {
  RawJson index, message, text, logprobs, finish_reason;
  std::string others;    // its other members, written
  bool tellable = true;  // in a stream
};
WholeChoice ReadWholeChoice(RawJson choice);

class ChunkFrames {
 public:
  // `object`: the type of its chunks.
  ChunkFrames(RawJson whole, std::string_view object);
  // False: it is no whole answer, or it says what no stream can.
  bool tellable() const { return tellable_; }
  RawJson choices() const { return choices_; }

  // A chunk with one choice: its index, then the members that are written, then its end.
  void Add(const WholeChoice& choice, std::string_view members, RawJson finish_reason);
  // The chunk of usage, if there is one, and the end. Returns all frames.
  std::string Finish();

 private:
  void Begin();

  std::string head_;  // what every chunk says of the answer
  std::string once_;  // what only the first says, or nothing
  RawJson choices_, usage_;
  bool tellable_ = true;
  std::string frames_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHUNK_FRAMES_H_
