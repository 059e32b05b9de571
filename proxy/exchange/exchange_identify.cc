// The first step of an Exchange: what is asked, who may answer it, what the cache is to do.
// Refusals leave from here.
#include "proxy/api/error_shape.h"
#include "proxy/api/unknown_path.h"
#include "proxy/exchange/exchange.h"
#include "proxy/http/short_text.h"
#include "proxy/question/body_reading.h"

namespace banto {
namespace {

constexpr size_t kScanBytesKept = 256 * 1024;

// Ollama's own pages belong to an app where no Ollama is; its greeting is nobody's else.
bool IsAnApps(const api::OperationInfo& listing, const Snapshot& snapshot) {
  if (listing.family != api::Family::kOllama || snapshot.has_ollama) return false;
  return snapshot.plain || listing.operation == api::Operation::kRoot ||
         listing.operation == api::Operation::kOllamaVersion;
}

// Why the answer is not kept, for a reason in how the body says what it asks for, or of whom;
// nullptr: for none.
const char* TroubleOf(const Request& request, const json::JsonScan& scan,
                      const api::RequestFacts& facts, const RouteDecision& route) {
  if (route.workers_choice) return "model_unnamed";
  if (facts.model_is_no_name) return "model_is_no_name";
  return BodyTrouble(request.body, scan);
}

}  // namespace

// Whether one of our APIs is at the operation's path. Where only apps are behind us, it is the
// app's.
bool Exchange::IsOurs(const api::OperationInfo& operation) const {
  const bool only_apps = snapshot_->models.empty() && !snapshot_->any_model &&
                         !snapshot_->unlisted && snapshot_->plain;
  if (!MayServe(*snapshot_, operation)) return false;
  if (operation.listing && IsAnApps(operation, *snapshot_)) return false;
  return (operation.listing || operation.inference) && !only_apps;
}

// Whether the request is for an API that we read; else it is somebody's app. A route of the config
// names its path and wins.
bool Exchange::AsksAnApi() const {
  const http::RequestHead& head = request_->head;
  return FindRoute(*snapshot_, head.method(), head.path()) == nullptr && IsOurs(*operation_);
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
  if (AnswersPreflight()) return Preflight();
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
  json::JsonScan& scan = context_->scan;
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
  } else if (const char* const trouble = TroubleOf(*request_, scan, facts, route_)) {
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
  const http::RequestHead& head = request_->head;
  route_ = RoutePlain(*snapshot_, head.method(), head.path(), PreflightFor());
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

uint64_t Exchange::PathEpoch() const {
  return context_->cache->PathEpoch(request_->head.method(), request_->head.path());
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
  HeadFacts facts(AnswerKind::kError, record_);
  facts.cache_asked = plan_.look_up || plan_.key.has_value();
  facts.content_type = api::ErrorContentType(family);
  facts.allow = route_.allow;
  facts.retry_after_s = retry_after_s;
  facts.cors = CorsHere();
  AppendAnswerFields(facts, &answer.fields);
  answer.length = static_cast<int64_t>(body.size());
  Reply(std::move(answer), std::move(body));
  return Next::kWait;
}

}  // namespace banto
