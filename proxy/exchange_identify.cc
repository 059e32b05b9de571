// The first step of an Exchange: what is asked, who may answer it, what the cache is to do. Answers
// of our own (preflights, refusals) leave from here; listings from exchange_listing.cc.
#include "proxy/answer_fields.h"
#include "proxy/api/error_shape.h"
#include "proxy/api/unknown_path.h"
#include "proxy/body_reading.h"
#include "proxy/exchange.h"
#include "proxy/http/short_text.h"
#include "proxy/http/writer.h"

namespace banto {
namespace {

constexpr size_t kScanBytesKept = 256 * 1024;

// Ollama's own pages belong to an app where no Ollama is; its greeting is nobody's else.
bool IsAnApps(const api::OperationInfo& listing, const Snapshot& snapshot) {
  if (listing.family != api::Family::kOllama || snapshot.has_ollama) return false;
  return snapshot.plain || listing.operation == api::Operation::kRoot ||
         listing.operation == api::Operation::kOllamaVersion;
}

}  // namespace

// Whether the request is for an API that we read; else it is somebody's app. A route of the config
// names its path and wins; where only apps are behind us, an API's path is the app's too.
bool Exchange::AsksAnApi() const {
  if (FindRoute(*snapshot_, request_->head.method(), request_->head.path()) != nullptr) {
    return false;
  }
  if (!MayServe(*snapshot_, *operation_)) return false;
  const bool only_apps = snapshot_->models.empty() && !snapshot_->any_model &&
                         !snapshot_->unlisted && snapshot_->plain;
  if (operation_->listing && IsAnApps(*operation_, *snapshot_)) return false;
  return (operation_->listing || operation_->inference) && !only_apps;
}

Exchange::Next Exchange::Identify() {
  const http::RequestHead& head = request_->head;
  const bool api = AsksAnApi();
  if (!api) operation_ = api::FindOperation("", "");
  record_.endpoint = operation_->endpoint;
  context_->observer->OnExchangeStart(record_.endpoint);
  if (head.has_dot_segment() || head.repeats_authorization() ||
      head.Has(http::FieldName::kUpgrade)) {
    route_ = RefuseUnrouted(head);
    if (route_.status != 0) return Refuse(route_.status, route_.code, std::move(route_.message));
  }
  if (head.method() == "OPTIONS" && head.Has(http::FieldName::kAccessControlRequestMethod)) {
    AnswerHead answer;
    answer.status = 204;
    answer.fields =
        PreflightFields(head.Find(http::FieldName::kAccessControlRequestHeaders).value_or(""));
    answer.length = 0;
    Reply(std::move(answer), "");
    return Next::kWait;
  }
  if (!api) return IdentifyPlain();
  return operation_->listing ? Listing() : IdentifyApi();
}

Exchange::Next Exchange::IdentifyApi() {
  if (!DecodeBody()) return Next::kWait;
  std::optional<cache::MacTag> tag;
  if (Caches()) {
    tag = TagOf(*snapshot_->config, *request_, &context_->mac);
    const KnownRequest* known = tag ? context_->memo.Find(*tag) : nullptr;
    if (known != nullptr) return IdentifyKnown(*known);
  }
  http::JsonScan& scan = context_->scan;
  const BodyReading reading = ReadBody(request_->body, Caches(), &scan);
  if (reading != BodyReading::kClear) return IdentifyUnread(reading);
  const api::RequestFacts facts = api::ReadRequestFacts(*operation_, scan);
  stream_ = record_.stream = facts.stream;
  expectations_ = facts.expectations;
  retry_allowed_ = !facts.load_or_unload;
  route_ = facts.model.empty() ? RouteUnnamed(*snapshot_, *operation_, MayBeNative(scan))
                               : RouteByModel(*snapshot_, *operation_, facts.model);
  if (!route_.group) route_.model = facts.model;
  RecordModel();
  if (!route_.group)
    return Refuse(route_.status, route_.code, route_.message, route_.status == 503 ? 2 : 0);
  if (!Caches()) {
    plan_ = PlanWithoutCache(*request_);
  } else if (const char* const trouble =
                 route_.workers_choice ? "model_unnamed" : BodyTrouble(request_->body, scan)) {
    plan_ = PlanToBypass(*request_, *operation_, trouble);
  } else {
    plan_ = PlanForApi(*snapshot_->config, *request_, *operation_, facts, scan, route_);
  }
  if (tag && plan_.key) {
    context_->memo.Keep(*tag, {route_.group, route_.model, route_.model_known, stream_,
                               retry_allowed_, expectations_, *plan_.key});
  }
  // What one huge prompt needed is not kept for the small ones after it.
  if (request_->body.size() > kScanBytesKept) scan.Release();
  step_ = Step::kLookUp;
  return Next::kContinue;
}

// The same bytes came before, from the same caller: what they mean has been found out already.
Exchange::Next Exchange::IdentifyKnown(const KnownRequest& known) {
  stream_ = record_.stream = known.stream;
  expectations_ = known.expectations;
  retry_allowed_ = known.retry_allowed;
  route_.group = known.group;
  route_.model = known.model;
  route_.model_known = known.model_known;
  RecordModel();
  plan_ = PlanForKnown(*snapshot_->config, *request_, known.key);
  step_ = Step::kLookUp;
  return Next::kContinue;
}

void Exchange::RecordModel() {
  record_.model = route_.model;
  record_.model_known = route_.model_known;
  if (route_.model.size() <= http::kNameBytesMax) return;
  shown_model_ = http::Shortened(route_.model);
  record_.model = shown_model_;
}

Exchange::Next Exchange::IdentifyPlain() {
  route_ = RoutePlain(*snapshot_, request_->head.method(), request_->head.path());
  if (!route_.group) return Refuse(route_.status, route_.code, std::move(route_.message));
  if (!Caches()) {
    plan_ = PlanWithoutCache(*request_);
  } else if (route_.route != nullptr) {
    effect_ = EffectOf(*snapshot_, route_.route, request_->head);
    plan_ = PlanForRoute(*snapshot_->config, *request_, *route_.route, PathEpoch());
  }
  step_ = Step::kLookUp;
  return Next::kContinue;
}

// Which header keeps this caller from what another got; for whoever reads the log.
void Exchange::NoteSeparation() {
  if (record_.cache != ops::CacheOutcome::kMiss || !plan_.caller) return;
  if (snapshot_->config->log.access == "off") return;
  const std::string_view not_found = cache::MissReasonName(cache::MissReason::kKeyNotFound);
  if (record_.cache_reason != not_found) return;
  const auto prompt = PromptTagOf(*request_, &context_->mac);
  if (prompt) record_.separated_by = context_->separation->Note(*prompt, *plan_.caller);
}

Exchange::Next Exchange::Refuse(int status, const char* code, std::string message,
                                int retry_after_s) {
  record_.error = code;
  // Which workers were tried belongs into the answer: it is the first question of whoever reads it.
  std::string tried;
  for (const ops::AttemptRecord& attempt : record_.attempts) {
    tried += (tried.empty() ? "" : ", ") + attempt.worker + " (" + attempt.result + ")";
  }
  if (!tried.empty()) message += " Tried: " + tried + ".";
  const api::Family family = api::ErrorFamily(request_->head);
  std::string body = api::ErrorBody(family, {status, code, message, request_->id});
  AnswerHead answer;
  answer.status = status;
  http::AppendField("Content-Type", api::ErrorContentType(family), &answer.fields);
  if (!route_.allow.empty()) http::AppendField("Allow", route_.allow, &answer.fields);
  if (retry_after_s > 0)
    http::AppendField("Retry-After", static_cast<uint64_t>(retry_after_s), &answer.fields);
  if (request_->head.Has(http::FieldName::kOrigin))
    answer.fields += "Access-Control-Allow-Origin: *\r\n";
  CacheFacts facts;
  facts.asked = plan_.look_up || plan_.key.has_value();
  AppendAnswerFields(record_, facts, &answer.fields);
  answer.length = static_cast<int64_t>(body.size());
  Reply(std::move(answer), std::move(body));
  return Next::kWait;
}

}  // namespace banto
