#include "proxy/question/question.h"

#include <utility>

#include "proxy/net/recycled.h"

namespace banto {

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
