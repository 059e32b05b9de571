#include "proxy/fetch/usage_wish.h"

#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/api/request_facts.h"

namespace banto {

void UsageWish::AddTo(UpstreamCall* call, const Question& question, const upstream::Worker& worker,
                      BufferedBytes::Budget* budget) {
  const BodyPart spot = question.asked.usage_spot;
  if (spot.at == 0 || !api::TraitsOf(worker.kind).tells_usage_if_asked) return;
  if (body_.empty()) {
    const std::string_view asked = question.request->body;
    if (!buffered_.Resize(budget, asked.size())) return;
    body_.reserve(asked.size() + 64);
    body_.append(asked.substr(0, spot.at));
    if (spot.size == 0) body_.append("\"stream_options\":");
    body_.append(api::kUsageWish);
    if (spot.size == 0) body_.append(",");
    body_.append(asked.substr(spot.at + spot.size));
  }
  call->body = body_;
  call->usage_added = true;
}

}  // namespace banto
