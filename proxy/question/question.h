// What was asked, as a value: made once by identify from a request and its snapshot, read by
// everything that follows, and kept by whatever may outlast the client (a Fetch). Its settings are
// always those of its snapshot, whatever is loaded in the meantime. Any thread may read it.
#ifndef BANTO_PROXY_QUESTION_QUESTION_H_
#define BANTO_PROXY_QUESTION_QUESTION_H_

#include <memory>
#include <string>
#include <string_view>

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
  bool is_copy = false;  // … of another, whose answer nobody reads ([[models]] mirror)
  Target target;
  Asked asked;
  CachePlan cache;
  Effect effect = Effect::kNone;  // on stored answers, if it succeeds
  std::string rewritten;          // asked instead of the request's body, unless empty
  std::string worker_id;  // instead of the request's id, which engines were told with another body
  std::string alias;      // what the client asked for, if [[models]] knows the name
  const conf::AccessKey* key = nullptr;  // its caller's, of the snapshot; nullptr: there are none

  const conf::Config& config() const { return *snapshot->config; }
  const conf::Timeouts& timeouts() const {
    return target.rule == nullptr ? config().timeouts : target.rule->settings.timeouts;
  }
  const http::RequestHead& head() const { return request->head; }
  std::string_view body() const { return rewritten.empty() ? request->body : rewritten; }
  bool is_api() const { return !operation->dialect->opaque; }
  // By its caller's key (where there are keys, only a preflight has none); its [[models]] entry may
  // keep it nearer.
  Reach reach() const {
    const bool stranger = key == nullptr && !snapshot->keys.empty();
    return stranger || (key != nullptr && !key->external) ? Reach::kLocal : Reach::kAnywhere;
  }
  // Whether there is another model to ask if the workers of this one cannot.
  bool has_fallback() const;
  // How long it may wait for a slot (a copy not at all): until a fall-back is asked, if there is
  // one.
  int64_t queue_timeout_ms() const;
  const char* queue_timeout_name() const;
  // Whether somebody counts the tokens of its answer, besides the cache.
  bool counts_tokens() const;
  // Whether it may be sent again after some of its bytes were sent (design.md §8).
  bool MayBeResent() const;
};
using QuestionPtr = std::shared_ptr<const Question>;

std::shared_ptr<Question> NewQuestion(RequestPtr request, SnapshotPtr snapshot);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_QUESTION_H_
