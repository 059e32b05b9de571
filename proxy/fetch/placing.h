// What a Fetch tells the balancer of its question, and what its answers teach about the worker and
// the model. Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_PLACING_H_
#define BANTO_PROXY_FETCH_PLACING_H_

#include <cstdint>

#include "proxy/api/answer_reader.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"
#include "proxy/upstream/demand.h"
#include "proxy/upstream/in_flight.h"

namespace banto {

// Whether its first token can be told from its end.
bool ShowsFirstToken(const Question& question);

class Placing {
 public:
  // Made when first needed. nullptr: there is no choice, or nobody asks.
  const upstream::DemandPtr& DemandOf(const Question& question, const upstream::WorkerGroup& group);
  // What the log is to say of the prompt and of why this worker got it; nullptr: nothing.
  std::shared_ptr<const ops::PickRecord> Record(const upstream::InFlight& slot) const;
  // Milliseconds from its start: of a stream, until its first token must be here; of a whole, which
  // does not say when its prompt is read, until it must be. 0: for as long as it likes.
  static int64_t AwaitMs(const Question& question, const upstream::InFlight& slot);
  // The answer is complete.
  void OnAnswer(const Question& question, const upstream::WorkerGroup& group,
                const api::AnswerReader& answer, const ops::FetchOutcome& outcome, int64_t now_us,
                upstream::WorkerState* worker) const;
  // The worker was chosen: so much of the prompt is expected to be in its KV cache …
  void OnPicked(const upstream::InFlight& slot) { expected_ = slot.Expected(); }
  // … and its complete answer says how much was.
  void OnUsage(const Question& question, const api::Usage& usage,
               const upstream::WorkerState& worker) const;

 private:
  upstream::DemandPtr demand_;
  upstream::CachedTokens expected_;
  bool logged_ = false;  // by its hashes, too
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_PLACING_H_
