// What was asked, as a value: made once, by identify, from a request and the snapshot it came upon;
// read by all that comes after, and kept by whoever may outlast the client (a Fetch). Its settings
// are its snapshot's on every step, whatever is loaded meanwhile. Any thread may read it.
#ifndef BANTO_PROXY_QUESTION_QUESTION_H_
#define BANTO_PROXY_QUESTION_QUESTION_H_

#include <memory>

#include "proxy/api/dialect.h"
#include "proxy/question/asked.h"
#include "proxy/question/cache_plan.h"
#include "proxy/question/invalidation.h"
#include "proxy/question/request.h"
#include "proxy/routing/snapshot.h"
#include "proxy/routing/target.h"

namespace banto {

struct Question {
  RequestPtr request;
  SnapshotPtr snapshot;
  const api::OperationInfo* operation = nullptr;
  Target target;
  Asked asked;
  CachePlan cache;
  Effect effect = Effect::kNone;  // of its success, on stored answers

  const conf::Config& config() const { return *snapshot->config; }
  const http::RequestHead& head() const { return request->head; }
  bool is_api() const { return !operation->dialect->opaque; }
  // Whether it may be sent again after bytes of it went out (design.md §8).
  bool MayBeResent() const;
};
using QuestionPtr = std::shared_ptr<const Question>;

std::shared_ptr<Question> NewQuestion(RequestPtr request, SnapshotPtr snapshot);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_QUESTION_H_
