// What a Fetch learns about workers that do not serve its request: a path or model that one worker
// does not serve, but another may. Shown by its 404, which is no fault, and remembered for a while.
// If it is a guess which worker serves a model, a worker that refuses the caller's key was the
// wrong one to ask: the key may be another worker's. Owned by its Fetch; loop thread only.
#ifndef BANTO_PROXY_FETCH_ELSEWHERE_H_
#define BANTO_PROXY_FETCH_ELSEWHERE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "proxy/api/not_here.h"
#include "proxy/fetch/workers_error.h"
#include "proxy/question/question.h"
#include "proxy/upstream/admission.h"

namespace banto {

class Elsewhere {
 public:
  // Before the first pick: marks as `tried` the workers that reported that they lack it, and those
  // that refused it to a key for which another worker served it. If that leaves none, they are
  // asked anyway: a single one if all lack it.
  void PassOver(const Question& question, const upstream::WorkerGroup& group, int64_t now_ms,
                upstream::Tried* tried);
  // No other worker can answer: a key that the others refused may belong to one that was passed
  // over. False: none was.
  bool TakeBack(const upstream::WorkerGroup& group, upstream::Tried* tried);
  // What this worker lacks, if its answer sends the question on to the next worker.
  static api::NotHere WhatIsLacking(const Question& question, int status, std::string_view body);
  static bool SendsOn(const upstream::WorkerGroup& group, int status, api::NotHere lacks);
  // Notes the answer to `path`, and remembers what is lacking; refused keys are not remembered.
  // Returns false, leaving the answer as is, if no other worker is to be asked.
  bool Note(const Question& question, std::string_view path, api::NotHere lacks, int64_t now_ms,
            WorkersError* error);
  // A worker served a model that others had refused to the same key: from now on those are asked
  // last.
  void LearnFromSuccess(const Question& question, upstream::WorkerState* served, int64_t now_ms);

  // Whether all workers that may ever be chosen have reported that they lack it: one that is only
  // down may serve it.
  bool AllAreWithout(const upstream::WorkerGroup& group, const upstream::Tried& tried) const;
  bool some_are_without() const { return without_ > 0; }
  // The answer for the client if all lack it.
  WorkersError& told() { return told_; }

 private:
  size_t without_ = 0;                        // how many reported it, now or recently
  size_t passed_over_ = 0;                    // of those, how many recently: not asked this time
  bool nobody_serves_ = false;                // all reported it recently: only one is asked
  std::vector<upstream::WorkerPtr> refused_;  // 401 or 403 to this key
  WorkersError told_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ELSEWHERE_H_
