// Asks for the usage of a stream although its client did not: with it the entry can be told as a
// whole, and to clients who ask for usage, and its tokens and their cost are known. This client
// does not get the frame. Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_USAGE_WISH_H_
#define BANTO_PROXY_FETCH_USAGE_WISH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/fetch/upstream_call.h"
#include "proxy/question/question.h"
#include "proxy/upstream/worker.h"

namespace banto {

class UsageWish {
 public:
  // Whether `worker` may be asked at this path.
  bool MayAsk(const upstream::Worker& worker, std::string_view path, int64_t now_ms) const {
    return refused_by_ == nullptr && !worker.state->usage_refused().Covers({path, {}}, now_ms);
  }
  // Adds it to the client's request as it came, if this worker understands it.
  void AddTo(UpstreamCall* call, const Question& question, const upstream::Worker& worker,
             BufferedBytes::Budget* budget, int64_t now_ms);

  // Whether `worker` answers `call` with this error because of the wish: then it is to be asked
  // again, and this question goes without one.
  bool IsRefused(const UpstreamCall& call, int status, std::string_view body,
                 const upstream::Worker& worker);
  // … and answers it without. Then it was the wish, and no like word of the client's: it is
  // remembered for a while.
  void NoteAnswer(int status, int64_t now_ms) {
    if (refused_by_ != nullptr) Remember(status, now_ms);
  }

 private:
  void Remember(int status, int64_t now_ms);

  std::string body_;  // with the wish; empty: not needed yet
  BufferedBytes buffered_;
  std::shared_ptr<upstream::WorkerState> refused_by_;  // nullptr: nobody refused it
  std::string path_;                                   // … there
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_USAGE_WISH_H_
