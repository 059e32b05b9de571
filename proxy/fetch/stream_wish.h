// Asks for a stream in place of the whole that the client wants (a worker's `ask`): engines that
// compute on when nobody waits for a whole answer stop a stream. The answer is assembled
// (answer_assembler.h). Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_STREAM_WISH_H_
#define BANTO_PROXY_FETCH_STREAM_WISH_H_

#include <string>

#include "proxy/fetch/upstream_call.h"
#include "proxy/question/question.h"
#include "proxy/upstream/worker.h"

namespace banto {

// Whether this worker is asked so, if the question can be.
bool AsksForStream(const Question& question, const upstream::Worker& worker);

class StreamWish {
 public:
  // False: as a stream it would be another question, or refused; or it is left out.
  bool AddTo(UpstreamCall* call, const Question& question, BufferedBytes::Budget* budget);

  // From now on: what came of it was not what the client wants.
  void LeaveOut() { left_out_ = true; }

 private:
  bool left_out_ = false;
  std::string body_;  // with the wish; empty: not needed yet
  BufferedBytes buffered_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_STREAM_WISH_H_
