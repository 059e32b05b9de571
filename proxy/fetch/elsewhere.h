// What a Fetch learns of who does not serve what it asks. A path or a model that one worker does
// not serve and another may: told by its 404, which is nobody's fault, and remembered for a while.
// Where it is a guess who serves a model, a worker that refuses the caller's key is one that was
// asked in error: the key may be another worker's. Owned by its Fetch; loop thread only.
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
  // Before the first pick: puts those among `tried` that said that they lack it, and those that
  // refused it to somebody whom another one served. Where that is all of them, they are asked
  // nevertheless: one, to say it again, where all lack it.
  void PassOver(const Question& question, const upstream::WorkerGroup& group, int64_t now_ms,
                upstream::Tried* tried);
  // Nobody else can answer: a key that the others refused may be of one that was passed over.
  // False: none was.
  bool TakeBack(const upstream::WorkerGroup& group, upstream::Tried* tried);
  // Whether this answer sends the question to the next worker, which is not `group`'s last word.
  static api::NotHere WhatIsLacking(const Question& question, int status, std::string_view body);
  static bool SendsOn(const upstream::WorkerGroup& group, int status, api::NotHere lacks);
  // Notes the answer, and remembers what is lacking; whom a worker refuses is nobody else's matter.
  // False, and the answer is left: nobody else is asked.
  bool Note(const Question& question, api::NotHere lacks, int64_t now_ms, WorkersError* error);
  // A model was served that others had refused to the same key: they are asked for it last.
  void LearnFromSuccess(const Question& question, upstream::WorkerState* served, int64_t now_ms);

  // Whether all who may be chosen at all have said so: who is only down may serve it.
  bool AllAreWithout(const upstream::WorkerGroup& group, const upstream::Tried& tried) const;
  bool some_are_without() const { return without_ > 0; }
  // What the client is told where all are without.
  WorkersError& told() { return told_; }

 private:
  size_t without_ = 0;                        // so many said so, now or lately
  size_t passed_over_ = 0;                    // of them lately: they were not asked
  bool nobody_serves_ = false;                // all said so lately: one is asked, and no other
  std::vector<upstream::WorkerPtr> refused_;  // 401 or 403 to this key
  WorkersError told_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ELSEWHERE_H_
