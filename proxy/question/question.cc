#include "proxy/question/question.h"

#include <algorithm>
#include <utility>

#include "proxy/net/recycled.h"
#include "proxy/routing/model_router.h"

namespace banto {

bool Question::has_fallback() const {
  if (target.rule == nullptr || is_copy) return false;
  return RouteToNext(*snapshot, *operation, target, alias, reach()).target.group != nullptr;
}

int64_t Question::queue_timeout_ms() const {
  const int64_t general_ms = config().balance.queue_timeout_ms;
  if (target.rule == nullptr) return general_ms;
  const int64_t own_ms = target.rule->settings.fallback_after_ms;
  return own_ms < 0 || !has_fallback() ? general_ms : std::min(general_ms, own_ms);
}

const char* Question::queue_timeout_name() const {
  const bool general = queue_timeout_ms() == config().balance.queue_timeout_ms;
  return general ? "queue_timeout" : "fallback_after";
}

bool Question::counts_tokens() const {
  if (key != nullptr || is_copy) return true;
  return target.choice != nullptr && (target.choice->price || target.choice->reference_price);
}

bool Question::MayBeResent() const {
  const std::string_view method = head().method();
  const bool idempotent = method == "GET" || method == "HEAD" || method == "PUT" ||
                          method == "DELETE" || method == "OPTIONS";
  return idempotent || operation->retry_safe ||
         (target.route != nullptr && target.route->settings.retry_unsafe);
}

std::shared_ptr<Question> NewQuestion(RequestPtr request, SnapshotPtr snapshot) {
  auto question = std::allocate_shared<Question>(net::RecycledAllocator<Question>());
  question->request = std::move(request);
  question->snapshot = std::move(snapshot);
  question->operation = api::FindOperation(question->head().method(), question->head().path());
  return question;
}

}  // namespace banto
