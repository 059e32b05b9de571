// What an Exchange does with a request's body before it is read, and where that cannot be done.
#include "proxy/exchange/exchange.h"
#include "proxy/http/content_coding.h"
#include "proxy/http/short_text.h"

namespace banto {

// Takes Content-Encoding off, because the body is read here. False: refused.
bool Exchange::DecodeBody() {
  const auto coding = request_->head.Find(http::FieldName::kContentEncoding);
  if (!coding || http::EqualsNoCase(*coding, "identity")) return true;
  std::string decoded;
  const conf::Limits& limits = snapshot_->config->limits;
  switch (http::DecodeBody(*coding, request_->body, limits.body_bytes_max, &decoded)) {
    case http::DecodeStatus::kOk:
      break;
    case http::DecodeStatus::kUnsupported:
      Refuse(415, "unsupported_content_encoding",
             "Content-Encoding '" + http::Shortened(*coding) +
                 "' is not supported; use gzip, deflate, br, zstd or none.");
      return false;
    case http::DecodeStatus::kCorrupt:
      Refuse(400, "bad_content_encoding",
             "The body is not valid " + http::Shortened(*coding) + ".");
      return false;
    case http::DecodeStatus::kTooLarge:
      Refuse(413, "request_too_large",
             "The decoded body has more than body_bytes_max = " +
                 std::to_string(limits.body_bytes_max) + " bytes.");
      return false;
  }
  if (!request_->buffered.Take(context_->buffered, decoded.size())) {
    Refuse(503, "buffers_full", "Too many request bytes are being held (buffered_bytes_max).", 1);
    return false;
  }
  request_->body = std::move(decoded);
  request_->body_decoded = true;
  return true;
}

// The worker gets its bytes as they are, where no model in them can change which one that is.
Exchange::Next Exchange::IdentifyUnread(BodyReading reading) {
  json::JsonScan& scan = context_->scan;
  const std::string trouble = json::JsonStatusName(scan.status());
  const size_t error_at = scan.error_at();
  const std::string spellings =
      reading == BodyReading::kAmbiguous ? ModelSpellings(scan) : std::string();
  const char* detail = BodyTrouble(request_->body, scan);
  if (detail == nullptr) detail = "ambiguous_model";
  plan_ = Caches() ? PlanToBypass(*request_, *operation_, detail) : PlanWithoutCache(*request_);
  scan.Release();
  const upstream::WorkerGroup* const only = OnlyGroup(*snapshot_, operation_->family);
  const bool may_pass = only != nullptr && (spellings.empty() || !HoldsKeyOrBills(*only));
  if (may_pass) {
    route_.group = only;
    expectations_.operation = api::Operation::kOtherInference;    // nobody knows how many choices
    retry_allowed_ = operation_->family != api::Family::kOllama;  // it may load or unload
    step_ = Step::kLookUp;
    return Next::kContinue;
  }
  if (!spellings.empty()) {
    return Refuse(400, "ambiguous_model",
                  "The request names its model in a way that engines read differently: " +
                      spellings + ". Write \"model\" once.");
  }
  return Refuse(400, "invalid_json",
                "The request body is not a JSON object: " + trouble + " at byte " +
                    std::to_string(error_at) + ".");
}

}  // namespace banto
