#include "proxy/exchange/unread_body.h"

#include <string>

#include "proxy/exchange/caller_key.h"

namespace banto {
namespace {

Refusal RefuseAmbiguous(const std::string& spellings) {
  return {400,
          "ambiguous_model",
          "The request names its model in a way that engines read differently: " + spellings +
              ". Write \"model\" once.",
          {},
          0};
}

Refusal RefuseUnread(const std::string& trouble, size_t error_at) {
  return {400,
          "invalid_json",
          "The request body is not a JSON object: " + trouble + " at byte " +
              std::to_string(error_at) + ".",
          {},
          0};
}

}  // namespace

Identified IdentifyUnread(ThreadContext* context, BodyReading reading, Question* question) {
  json::JsonScan& scan = context->scan;
  const std::string trouble = json::JsonStatusName(scan.status());
  const size_t error_at = scan.error_at();
  const std::string spellings =
      reading == BodyReading::kAmbiguous ? ModelSpellings(scan) : std::string();
  const char* detail = BodyTrouble(question->request->body, scan);
  if (detail == nullptr) detail = "ambiguous_model";
  const api::OperationInfo& operation = *question->operation;
  question->cache = CachesFor(*context, *question)
                        ? PlanToBypass(*question->request, *question->operation, detail)
                        : PlanWithoutCache(*question->request);
  scan.Release();
  const upstream::WorkerGroup* const only = OnlyGroup(*question->snapshot, operation);
  // What a model's rules would make of it nobody can tell.
  const bool may_pass = only != nullptr && question->snapshot->rules.empty() &&
                        MayAskAnything(*question) && AllSpeak(*only, operation) &&
                        (spellings.empty() || !HoldsKeyOrBills(*only));
  if (may_pass) {
    question->target.group = only;
    if (Refusal refusal = KeepInHouse(question); refusal.status != 0) return refusal;
    // Nobody knows how many choices are asked for, or whether it is a load or an unload.
    question->asked.expectations.operation = &api::kUnreadOperation;
    question->asked.retry_allowed = !operation.dialect->may_load_models;
    return Asks();
  }
  return spellings.empty() ? RefuseUnread(trouble, error_at) : RefuseAmbiguous(spellings);
}

}  // namespace banto
