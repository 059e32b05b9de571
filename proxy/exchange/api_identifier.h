// Derives what an API's request asks: reads its body, routes it by its model, makes of it what
// [[models]] says, and plans its caching. Internal to identify; lives for one call.
#ifndef BANTO_PROXY_EXCHANGE_API_IDENTIFIER_H_
#define BANTO_PROXY_EXCHANGE_API_IDENTIFIER_H_

#include <optional>
#include <string_view>

#include "cache/body_mac.h"
#include "proxy/api/request_facts.h"
#include "proxy/exchange/identify.h"
#include "proxy/question/body_reading.h"
#include "proxy/question/request_memo.h"

namespace banto {

class ApiIdentifier {
 public:
  ApiIdentifier(ThreadContext* context, Request* request, Question* question)
      : context_(context), request_(request), question_(question) {}

  Identified Api();
  // POST /api/show goes to the Ollama worker that has the model: its listing does not include
  // everything. A caller who may not ask for a model is told that there is none of its name.
  Identified Show();
  // A copy of `original`, which is of this request, for its entry's mirror.
  Identified Copy(const Question& original);
  // The workers of `last` could not: what becomes of the request at the next fall-back.
  Identified Next(const Target& last);

 private:
  bool Caches() const { return CachesFor(*context_, *question_); }
  Refusal Allow(std::string_view model);
  RouteDecision Route(const api::RequestFacts& facts) const;
  Identified Routed(RouteDecision route, const api::RequestFacts& facts,
                    const std::optional<cache::MacTag>& tag);
  Refusal Rewrite(std::string_view model);
  Identified Read(const api::RequestFacts& facts, const std::optional<cache::MacTag>& tag);
  Identified Known(const KnownRequest& known);
  void PlanCache(const api::RequestFacts& facts);

  ThreadContext* const context_;
  Request* const request_;
  Question* const question_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_API_IDENTIFIER_H_
