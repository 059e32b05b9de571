#include "proxy/exchange/identify.h"

#include <optional>
#include <utility>

#include "proxy/exchange/caller_key.h"
#include "proxy/exchange/own_pages.h"
#include "proxy/question/body_reading.h"
#include "proxy/question/coded_body.h"
#include "proxy/question/demand_of.h"

namespace banto {
namespace {

constexpr size_t kScanBytesKept = 256 * 1024;

// Identifies one request. Lives for one call.
class Identifier {
 public:
  Identifier(ThreadContext* context, Request* request, Question* question)
      : context_(context), request_(request), question_(question) {}
  Identified Run();

 private:
  bool Caches() const { return CachesFor(*context_, *question_); }
  Identified Api();
  Identified Known(const KnownRequest& known);
  Identified Unread(BodyReading reading);
  Identified Plain();
  Identified Show();
  void PlanCache(const api::RequestFacts& facts);

  ThreadContext* const context_;
  Request* const request_;
  Question* const question_;
};

Identified Identifier::Run() {
  if (Refusal refusal = TakeKey(request_, question_); refusal.status != 0) return refusal;
  const http::RequestHead& head = question_->head();
  const bool api = AsksAnApi(*question_);
  if (!api) question_->operation = &api::kPlainOperation;
  if (head.has_dot_segment() || head.repeats_authorization() ||
      head.Has(http::FieldName::kUpgrade)) {
    Refusal refusal = RefuseUnrouted(head);
    if (refusal.status != 0) return refusal;
  }
  if (AnswersPreflight(*question_)) return AsksBeforehand();
  if (!api) return Plain();
  const bool shows = question_->operation->operation == api::Operation::kShow;
  if (question_->operation->listing && !shows) return AnswerListing(*question_);
  if (IsCoded(*request_)) {
    Refusal refusal = DecodeBody(question_->config().limits, context_->buffered, request_);
    if (refusal.status != 0) return refusal;
  }
  return shows ? Show() : Api();
}

// Why the body, or the API it is in, prevents storing the answer; nullptr: nothing does.
const char* TroubleOf(const Question& question, const json::JsonScan& scan,
                      const api::RequestFacts& facts) {
  if (question.target.workers_choice) return "model_unnamed";
  if (facts.model_is_no_name) return "model_is_no_name";
  return BodyTrouble(question.request->body, scan);
}

Asked AskedBy(const api::RequestFacts& facts, std::string_view body) {
  Asked asked;
  asked.stream = facts.stream;
  asked.retry_allowed = !facts.load_or_unload;
  asked.asks_nothing = facts.asks_nothing;
  asked.expectations = facts.expectations;
  const std::string_view spot = facts.usage_spot;
  if (spot.data() != nullptr) asked.usage_spot = PartOf(body, spot);
  return asked;
}

Identified Identifier::Api() {
  std::optional<cache::MacTag> tag;
  if (Caches()) {
    tag = TagOf(question_->config(), *request_, question_->key, &context_->mac);
    const KnownRequest* known = tag ? context_->memo.Find(*tag) : nullptr;
    if (known != nullptr) return Known(*known);
  }
  json::JsonScan& scan = context_->scan;
  const BodyReading reading = ReadBody(request_->body, Caches(), &scan);
  if (reading != BodyReading::kClear) return Unread(reading);
  const api::RequestFacts facts = api::ReadRequestFacts(*question_->operation, scan);
  question_->asked = AskedBy(facts, request_->body);
  RouteDecision route =
      facts.model.empty()
          ? RouteUnnamed(*question_->snapshot, *question_->operation, MayBeNative(scan))
          : RouteByModel(*question_->snapshot, *question_->operation, facts.model);
  question_->target = std::move(route.target);
  if (question_->target.group == nullptr) {
    question_->target.model = facts.model;
    return AsToldTo(*question_, facts.model, std::move(route.refusal));
  }
  if (Refusal refusal = Permit(question_, facts.model); refusal.status != 0) return refusal;
  const api::Dialect& dialect = *question_->operation->dialect;
  if (facts.asks_nothing && dialect.answer_load != nullptr &&
      !AnySpeaks(*question_->target.group, *question_->operation)) {
    return dialect.answer_load(*question_->operation, facts, context_->loop->WallSeconds());
  }
  FindPrompt(scan, question_);
  PlanCache(facts);
  const CachePlan& plan = question_->cache;
  // Long lists point into their own request.
  if (tag && plan.key && (!plan.items || plan.items->items.size() == 1)) {
    context_->memo.Keep(*tag, {question_->target, question_->asked, {*plan.key, plan.items}});
  }
  // Memory for one huge prompt is not kept for the small ones that follow.
  if (request_->body.size() > kScanBytesKept) scan.Release();
  return Asks();
}

void Identifier::PlanCache(const api::RequestFacts& facts) {
  const json::JsonScan& scan = context_->scan;
  if (!Caches()) {
    question_->cache = PlanWithoutCache(*request_);
  } else if (const char* const trouble = TroubleOf(*question_, scan, facts)) {
    question_->cache = PlanToBypass(*request_, *question_->operation, trouble);
  } else {
    question_->cache = PlanForApi(question_->config(), *request_, *question_->operation, facts,
                                  scan, question_->target, question_->key);
  }
}

// The same bytes came before, from the same caller: their meaning is already known.
Identified Identifier::Known(const KnownRequest& known) {
  question_->target = known.target;
  question_->asked = known.asked;
  question_->cache = PlanForKnown(question_->config(), *request_, known.key);
  return Asks();
}

// Passes the bytes on unchanged, if no model in them can change which worker gets them.
Identified Identifier::Unread(BodyReading reading) {
  json::JsonScan& scan = context_->scan;
  const std::string trouble = json::JsonStatusName(scan.status());
  const size_t error_at = scan.error_at();
  const std::string spellings =
      reading == BodyReading::kAmbiguous ? ModelSpellings(scan) : std::string();
  const char* detail = BodyTrouble(request_->body, scan);
  if (detail == nullptr) detail = "ambiguous_model";
  const api::OperationInfo& operation = *question_->operation;
  question_->cache = Caches() ? PlanToBypass(*request_, *question_->operation, detail)
                              : PlanWithoutCache(*request_);
  scan.Release();
  const upstream::WorkerGroup* const only = OnlyGroup(*question_->snapshot, operation);
  const bool may_pass = only != nullptr && AllSpeak(*only, operation) &&
                        MayAskAnything(*question_) &&
                        (spellings.empty() || !HoldsKeyOrBills(*only));
  if (may_pass) {
    question_->target.group = only;
    if (Refusal refusal = KeepInHouse(question_); refusal.status != 0) return refusal;
    // Nobody knows how many choices are asked for, or whether it is a load or an unload.
    question_->asked.expectations.operation = &api::kUnreadOperation;
    question_->asked.retry_allowed = !operation.dialect->may_load_models;
    return Asks();
  }
  if (!spellings.empty()) {
    return Refusal{400,
                   "ambiguous_model",
                   "The request names its model in a way that engines read differently: " +
                       spellings + ". Write \"model\" once.",
                   {},
                   0};
  }
  return Refusal{400,
                 "invalid_json",
                 "The request body is not a JSON object: " + trouble + " at byte " +
                     std::to_string(error_at) + ".",
                 {},
                 0};
}

Identified Identifier::Plain() {
  const http::RequestHead& head = question_->head();
  RouteDecision route =
      RoutePlain(*question_->snapshot, head.method(), head.path(), PreflightFor(head));
  question_->target = std::move(route.target);
  if (question_->target.group == nullptr) return std::move(route.refusal);
  if (Refusal refusal = KeepInHouse(question_); refusal.status != 0) return refusal;
  const PlainRoute* const named = question_->target.route;
  if (!Caches()) {
    question_->cache = PlanWithoutCache(*request_);
  } else if (named != nullptr) {
    question_->effect = EffectOf(*question_->snapshot, named, head);
    question_->cache = PlanForRoute(question_->config(), *request_, *named,
                                    PathEpochOf(*context_, *question_), question_->key);
  }
  return Asks();
}

// A model of another engine is shown by what that told.
Identified ShowForeign(const Question& question, std::string_view model, Refusal refusal) {
  const api::OperationInfo& show = *question.operation;
  const Snapshot& snapshot = *question.snapshot;
  api::ListingAnswer shown =
      show.dialect->list(show.operation, {snapshot.ollama_catalog, model, snapshot.ollama_version});
  if (shown.status != 200) return refusal;
  return shown;
}

// POST /api/show goes to the Ollama worker that has the model: its listing does not include
// everything. A caller who may not ask for a model is told that there is none of its name.
Identified Identifier::Show() {
  std::string model;
  const BodyReading reading = ReadBody(request_->body, true, &context_->scan);
  for (const char* key : {"model", "name"}) {
    const json::JsonMember* member = context_->scan.Find(key);
    if (member != nullptr && model.empty()) json::DecodeJsonString(member->value, &model);
  }
  const bool clear = reading == BodyReading::kClear || MayAskAnything(*question_);
  if (!clear || !MayAskFor(*question_, model))
    return NoSuchModel(Snapshot(), *question_->operation, model);
  RouteDecision route = RouteByModel(*question_->snapshot, *question_->operation, model);
  question_->target = std::move(route.target);
  if (question_->target.group == nullptr) {
    return ShowForeign(*question_, model, AsToldTo(*question_, model, std::move(route.refusal)));
  }
  if (Refusal refusal = KeepInHouse(question_); refusal.status != 0) return refusal;
  question_->cache.bypass = cache::BypassReason::kEndpointNotCacheable;
  return Asks();
}

}  // namespace

Identified Identify(ThreadContext* context, Request* request, Question* question) {
  return Identifier(context, request, question).Run();
}

bool CachesFor(const ThreadContext& context, const Question& question) {
  return context.cache != nullptr && question.config().cache.on();
}

uint64_t PathEpochOf(const ThreadContext& context, const Question& question) {
  return context.cache->PathEpoch(question.head().method(), question.head().path());
}

}  // namespace banto
