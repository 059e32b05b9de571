#include "proxy/exchange/identify.h"

#include <utility>

#include "proxy/exchange/api_identifier.h"
#include "proxy/exchange/caller_key.h"
#include "proxy/exchange/own_pages.h"
#include "proxy/question/coded_body.h"
#include "proxy/routing/router.h"

namespace banto {
namespace {

Identified Plain(const ThreadContext& context, Question* question) {
  const http::RequestHead& head = question->head();
  RouteDecision route =
      RoutePlain(*question->snapshot, head.method(), head.path(), PreflightFor(head));
  question->target = std::move(route.target);
  if (question->target.group == nullptr) return std::move(route.refusal);
  if (Refusal refusal = KeepInHouse(question); refusal.status != 0) return refusal;
  const PlainRoute* const named = question->target.route;
  if (!CachesFor(context, *question)) {
    question->cache = PlanWithoutCache(*question->request);
  } else if (named != nullptr) {
    question->effect = EffectOf(*question->snapshot, named, head);
    question->cache = PlanForRoute(question->config(), *question->request, *named,
                                   PathEpochOf(context, *question), question->key);
  }
  return Asks();
}

}  // namespace

Identified Identify(ThreadContext* context, Request* request, Question* question) {
  if (!question->snapshot->keys.empty()) {
    if (Refusal refusal = TakeKey(request, question); refusal.status != 0) return refusal;
  }
  const http::RequestHead& head = question->head();
  const bool api = AsksAnApi(*question);
  if (!api) question->operation = &api::kPlainOperation;
  if (head.has_dot_segment() || head.repeats_authorization() ||
      head.Has(http::FieldName::kUpgrade)) {
    Refusal refusal = RefuseUnrouted(head);
    if (refusal.status != 0) return refusal;
  }
  if (AnswersPreflight(*question)) return AsksBeforehand();
  if (!api) return Plain(*context, question);
  const bool shows = question->operation->operation == api::Operation::kShow;
  if (question->operation->listing && !shows) return AnswerListing(*question);
  if (IsCoded(*request)) {
    Refusal refusal = DecodeBody(question->config().limits, context->buffered, request);
    if (refusal.status != 0) return refusal;
  }
  ApiIdentifier identifier(context, request, question);
  return shows ? identifier.Show() : identifier.Api();
}

Identified IdentifyNext(ThreadContext* context, Request* request, const Target& last,
                        Question* question) {
  return ApiIdentifier(context, request, question).Next(last);
}

Identified IdentifyCopy(ThreadContext* context, Request* request, const Question& original,
                        Question* question) {
  return ApiIdentifier(context, request, question).Copy(original);
}

bool CachesFor(const ThreadContext& context, const Question& question) {
  return context.cache != nullptr && question.config().cache.on();
}

uint64_t PathEpochOf(const ThreadContext& context, const Question& question) {
  return context.cache->PathEpoch(question.head().method(), question.head().path());
}

}  // namespace banto
