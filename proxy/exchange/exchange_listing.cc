// What an Exchange answers from our own memory: the listings of models and Ollama's small pages.
#include "proxy/api/listing.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/percent.h"

namespace banto {
Exchange::Next Exchange::Listing() {
  record_.cache_reason = cache::BypassReasonName(cache::BypassReason::kEndpointNotCacheable);
  const api::Operation asked = operation_->operation;
  if (asked == api::Operation::kOllamaShow) return Show();
  std::string model;
  if (asked == api::Operation::kModel) {
    model =
        http::PercentDecode(request_->head.path().substr(std::string_view("/v1/models/").size()));
  }
  if (asked == api::Operation::kOllamaVersion && snapshot_->ollama_version.empty()) {
    return Refuse(503, "no_worker", "No Ollama has told its version yet.", 2);
  }
  const bool ollama = operation_->family == api::Family::kOllama;
  api::ListingAnswer listing =
      asked == api::Operation::kOllamaVersion
          ? api::RenderVersion(snapshot_->ollama_version)
          : api::RenderListing(asked, ollama ? snapshot_->ollama_catalog : snapshot_->catalog,
                               model);
  if (listing.status == 404) {
    route_ = NoSuchModel(*snapshot_, *operation_, model);
    return Refuse(route_.status, route_.code, std::move(route_.message));
  }
  return ReplyListing(std::move(listing));
}

// POST /api/show goes to the Ollama that has the model: its listing does not tell all.
Exchange::Next Exchange::Show() {
  if (!DecodeBody()) return Next::kWait;
  std::string model;
  context_->scan.Scan(request_->body);
  for (const char* key : {"model", "name"}) {
    const json::JsonMember* member = context_->scan.Find(key);
    if (member != nullptr && model.empty()) json::DecodeJsonString(member->value, &model);
  }
  route_ = RouteByModel(*snapshot_, *operation_, model);
  if (!route_.group) {
    return Refuse(route_.status, route_.code, std::move(route_.message),
                  route_.status == 503 ? 2 : 0);
  }
  RecordModel();
  plan_.bypass = cache::BypassReason::kEndpointNotCacheable;
  step_ = Step::kLookUp;
  return Next::kContinue;
}

}  // namespace banto
