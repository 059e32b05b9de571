#include "proxy/fetch/usage_wish.h"

#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/api/request_facts.h"
#include "proxy/fetch/added_member.h"

namespace banto {

void UsageWish::AddTo(UpstreamCall* call, const Question& question, const upstream::Worker& worker,
                      BufferedBytes::Budget* budget) {
  const BodyPart spot = question.asked.usage_spot;
  if (spot.at == 0 || !api::TraitsOf(worker.kind).tells_usage_if_asked) return;
  if (body_.empty()) {
    const std::string_view asked = question.body();
    if (!buffered_.Resize(budget, asked.size())) return;
    body_ = WithMember(asked, {spot.at, spot.size}, "stream_options", api::kUsageWish);
  }
  call->body = body_;
  call->rewrite = Rewrite::kWithUsage;
}

}  // namespace banto
