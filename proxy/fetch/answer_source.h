// Where an Exchange gets its answer from: a Fetch of its own, or one that it shares with others
// (shared_reading.h). Loop thread only.
#ifndef BANTO_PROXY_FETCH_ANSWER_SOURCE_H_
#define BANTO_PROXY_FETCH_ANSWER_SOURCE_H_

#include <cstdint>

#include "proxy/net/event_loop.h"
#include "proxy/ops/fetch_outcome.h"

namespace banto {

class AnswerSource : public net::Deferred {
 public:
  // The reader takes no more for now, or takes more again.
  virtual void Pause() = 0;
  virtual void Resume() = 0;
  // The reader is gone: it is not called any more.
  virtual void Leave() = 0;
  virtual bool queued() const = 0;
  virtual const ops::FetchOutcome& outcome() const = 0;
  virtual ops::FetchOutcome TakeOutcome() = 0;  // once the reader has its answer, or is gone
  // Of the next event that the client gets, where its API counts them.
  virtual int64_t next_sequence() const = 0;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ANSWER_SOURCE_H_
