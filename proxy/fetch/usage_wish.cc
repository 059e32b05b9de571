#include "proxy/fetch/usage_wish.h"

#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/api/request_facts.h"
#include "proxy/fetch/added_member.h"

namespace banto {
namespace {

constexpr int kStatusOk = 200, kBadRequest = 400, kUnprocessable = 422;

// What calls itself compatible may not know the wish: it is asked where its tokens are paid for or
// counted.
bool IsAsked(const Question& question, const upstream::Worker& worker) {
  const api::EngineTraits& traits = api::TraitsOf(worker.kind);
  return traits.tells_usage_if_asked &&
         (!traits.is_managed || worker.external || question.counts_tokens());
}

}  // namespace

void UsageWish::AddTo(UpstreamCall* call, const Question& question, const upstream::Worker& worker,
                      BufferedBytes::Budget* budget, int64_t now_ms) {
  const BodyPart spot = question.asked.usage_spot;
  if (spot.at == 0 || !IsAsked(question, worker)) return;
  if (!MayAsk(worker, call->head->path(), now_ms)) return;
  if (body_.empty()) {
    const std::string_view asked = question.body();
    if (!buffered_.Resize(budget, asked.size())) return;
    body_ = WithMember(asked, {spot.at, spot.size}, "stream_options", api::kUsageWish);
  }
  call->body = body_;
  call->rewrite = Rewrite::kWithUsage;
}

bool UsageWish::IsRefused(const UpstreamCall& call, int status, std::string_view body,
                          const upstream::Worker& worker) {
  const bool in_translation = call.rewrite == Rewrite::kOtherApi &&
                              call.body.find(R"("stream_options":{)") != call.body.npos;
  if (call.rewrite != Rewrite::kWithUsage && !in_translation) return false;
  if (status != kBadRequest && status != kUnprocessable) return false;
  if (body.find("stream_options") == body.npos && body.find("include_usage") == body.npos)
    return false;
  refused_by_ = worker.state;
  path_ = call.head->path();
  return true;
}

void UsageWish::Remember(int status, int64_t now_ms) {
  if (status == kStatusOk) refused_by_->usage_refused().Add({path_, {}}, now_ms);
}

}  // namespace banto
