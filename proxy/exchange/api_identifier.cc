#include "proxy/exchange/api_identifier.h"

#include <string>
#include <utility>

#include "proxy/exchange/caller_key.h"
#include "proxy/exchange/unread_body.h"
#include "proxy/question/asked_by.h"
#include "proxy/question/caller.h"
#include "proxy/question/coded_body.h"
#include "proxy/question/demand_of.h"
#include "proxy/question/edited_body.h"
#include "proxy/routing/model_router.h"

namespace banto {
namespace {

constexpr size_t kScanBytesKept = 256 * 1024;

// Why the body, or the API it is in, prevents storing the answer; nullptr: nothing does.
const char* TroubleOf(const Question& question, const json::JsonScan& scan,
                      const api::RequestFacts& facts) {
  if (question.target.workers_choice) return "model_unnamed";
  if (facts.model_is_no_name) return "model_is_no_name";
  return BodyTrouble(question.body(), scan);
}

// By whose name a worker knows the model, or what else its entry says, a body may change.
bool IsRewritten(const Target& target, std::string_view model) {
  if (target.rule == nullptr) return false;
  const std::string& asked = target.choice->model;
  return target.rule->settings.edits() || (!asked.empty() && asked != model);
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

}  // namespace

Identified ApiIdentifier::Api() {
  std::optional<cache::MacTag> tag;
  if (Caches()) {
    tag = TagOf(question_->config(), *request_, question_->key, &context_->mac);
    const KnownRequest* known = tag ? context_->memo.Find(*tag) : nullptr;
    if (known != nullptr) return Known(*known);
  }
  const BodyReading reading = ReadBody(request_->body, Caches(), &context_->scan);
  if (reading != BodyReading::kClear) return IdentifyUnread(context_, reading, question_);
  const api::RequestFacts facts = api::ReadRequestFacts(*question_->operation, context_->scan);
  question_->asked = AskedBy(facts, request_->body);
  return Routed(Route(facts), facts, tag);
}

RouteDecision ApiIdentifier::Route(const api::RequestFacts& facts) const {
  const Snapshot& snapshot = *question_->snapshot;
  const api::OperationInfo& operation = *question_->operation;
  if (!facts.model.empty()) {
    const uint64_t draw = snapshot.rules.empty() ? 0 : DrawOf(*question_);
    return RouteByModel(snapshot, operation, facts.model, draw);
  }
  RouteDecision route = RouteUnnamed(snapshot, operation, MayBeNative(context_->scan));
  if (snapshot.rules.empty() || route.target.group == nullptr) return route;
  if (!route.target.model.empty())
    return RouteByModel(snapshot, operation, route.target.model, DrawOf(*question_));
  return Refuse(400, "model_required", "The request names no model, and [[models]] has rules.");
}

Identified ApiIdentifier::Routed(RouteDecision route, const api::RequestFacts& facts,
                                 const std::optional<cache::MacTag>& tag) {
  question_->target = std::move(route.target);
  Target& target = question_->target;
  if (target.rule != nullptr) question_->alias = facts.model;
  if (target.group == nullptr) {
    target.model = facts.model;
    return AsToldTo(*question_, facts.model, std::move(route.refusal));
  }
  if (question_->key != nullptr) {
    if (Refusal refusal = Allow(facts.model); refusal.status != 0) return refusal;
  }
  // The tag of a request does not always tell who its caller is.
  const bool draws = target.rule != nullptr && target.rule->targets.size() > 1;
  if (!IsRewritten(target, facts.model)) return Read(facts, draws ? std::nullopt : tag);
  Refusal refusal = Rewrite(facts.model);
  if (refusal.status != 0) return refusal;
  ReadBody(question_->rewritten, Caches(), &context_->scan);
  const api::RequestFacts now = api::ReadRequestFacts(*question_->operation, context_->scan);
  question_->asked = AskedBy(now, question_->rewritten);
  return Read(now, draws ? std::nullopt : tag);
}

// Keeps to what the caller may ask: where only others are asked outside, its fall-backs are left.
Refusal ApiIdentifier::Allow(std::string_view model) {
  Refusal refusal = Permit(question_, model);
  while (refusal.status != 0 && question_->target.rule != nullptr && MayAskFor(*question_, model)) {
    RouteDecision next = RouteToNext(*question_->snapshot, *question_->operation, question_->target,
                                     model, question_->reach());
    if (next.target.group == nullptr) break;
    question_->target = std::move(next.target);
    refusal = {};
  }
  return refusal;
}

Identified ApiIdentifier::Copy(const Question& original) {
  const Target& from = original.target;
  question_->is_copy = true;
  question_->worker_id = request_->id + "-copy";
  RouteDecision route = RouteToMirror(*question_->snapshot, *question_->operation, *from.rule);
  if (route.target.group == nullptr) return std::move(route.refusal);
  question_->target = std::move(route.target);
  if (Refusal refusal = KeepInHouse(question_); refusal.status != 0) return refusal;
  const json::JsonScan& scan = context_->scan;
  const bool clear = ReadBody(request_->body, true, &context_->scan) == BodyReading::kClear;
  const conf::Config& config = question_->config();
  const api::OperationInfo& operation = *question_->operation;
  if (!clear || StatefulBy(config, operation, scan, *from.group) != nullptr)
    return Refusal{409, "stateful", "A copy would leave something behind.", {}, 0};
  Refusal refusal = Rewrite({});
  if (refusal.status != 0) return refusal;
  ReadBody(question_->rewritten, false, &context_->scan);
  const api::RequestFacts facts = api::ReadRequestFacts(operation, context_->scan);
  question_->asked = AskedBy(facts, question_->rewritten);
  FindPrompt(scan, question_);
  question_->cache = PlanWithoutCache(*request_);
  return Asks();
}

// As its [[models]] entry has it.
Refusal ApiIdentifier::Rewrite(std::string_view model) {
  const json::JsonScan& scan = context_->scan;
  if (scan.status() != json::JsonStatus::kOk) {
    return {400,
            "invalid_json",
            "The request cannot be put to another model than it names: " +
                std::string(json::JsonStatusName(scan.status())) + ".",
            {},
            0};
  }
  const std::string& asked = question_->target.choice->model;
  const bool name_too = question_->operation->operation == api::Operation::kShow;
  const conf::ModelRule& rule = question_->target.rule->settings;
  // Settings of an answer are no members of requests for vectors, ranks or counts.
  static const conf::JsonMembers kNone;
  const bool generates = Generates(*question_->operation);
  question_->rewritten = EditedBody(
      scan, {generates ? rule.set : kNone, generates ? rule.defaults : kNone, rule.strip},
      asked.empty() ? model : asked, name_too);
  if (request_->buffered.Take(context_->buffered, question_->rewritten.size())) return {};
  return BuffersFull();
}

// The body as workers see it has been scanned.
Identified ApiIdentifier::Read(const api::RequestFacts& facts,
                               const std::optional<cache::MacTag>& tag) {
  json::JsonScan& scan = context_->scan;
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
    context_->memo.Keep(
        *tag, {question_->target, question_->asked, {*plan.key, plan.items}, question_->alias});
  }
  // Memory for one huge prompt is not kept for the small ones that follow.
  if (request_->body.size() > kScanBytesKept) scan.Release();
  return Asks();
}

Identified ApiIdentifier::Next(const Target& last) {
  ReadBody(request_->body, Caches(), &context_->scan);
  const api::RequestFacts facts = api::ReadRequestFacts(*question_->operation, context_->scan);
  question_->asked = AskedBy(facts, request_->body);
  RouteDecision next = RouteToNext(*question_->snapshot, *question_->operation, last, facts.model,
                                   question_->reach());
  if (next.target.group == nullptr) return std::move(next.refusal);
  const auto number = next.target.choice - next.target.rule->fallback.data();
  question_->worker_id = request_->id + "-f" + std::to_string(number + 1);
  return Routed(std::move(next), facts, std::nullopt);
}

void ApiIdentifier::PlanCache(const api::RequestFacts& facts) {
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
Identified ApiIdentifier::Known(const KnownRequest& known) {
  question_->target = known.target;
  question_->alias = known.alias;
  if (IsRewritten(known.target, known.alias)) {
    ReadBody(request_->body, false, &context_->scan);
    if (Refusal refusal = Rewrite(known.alias); refusal.status != 0) return refusal;
  }
  question_->asked = known.asked;
  question_->cache = PlanForKnown(question_->config(), *request_, known.key, known.target);
  return Asks();
}

Identified ApiIdentifier::Show() {
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
  if (IsRewritten(question_->target, model)) {
    Refusal refusal = Rewrite(model);
    if (refusal.status != 0) return refusal;
  }
  question_->cache.bypass = cache::BypassReason::kEndpointNotCacheable;
  return Asks();
}

}  // namespace banto
