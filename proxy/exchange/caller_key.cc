#include "proxy/exchange/caller_key.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "proxy/access/permission.h"
#include "proxy/access/presented_secret.h"
#include "proxy/access/without_secrets.h"
#include "proxy/exchange/own_pages.h"
#include "proxy/http/short_text.h"
#include "proxy/routing/model_route.h"
#include "proxy/routing/model_router.h"
#include "proxy/routing/router.h"

namespace banto {
namespace {

Refusal Unauthorized(std::string message) {
  return {401, "invalid_api_key", std::move(message), {}, Refusal::kNotAgain};
}

Refusal Forbidden(const Question& question, const char* code, const std::string& what) {
  return {
      403, code, "The key \"" + question.key->name + "\" may not " + what, {}, Refusal::kNotAgain};
}

// OpenAI's words, which people search for. What was presented is not repeated: it may be a secret
// with a typo.
Refusal RefuseStranger(size_t presented) {
  if (presented > access::kSecretsMax)
    return Unauthorized("More API keys are presented than one caller has.");
  const std::string how =
      " Send one as \"Authorization: Bearer KEY\", x-api-key, api-key, x-goog-api-key or ?key=KEY.";
  return Unauthorized(
      (presented == 0 ? "You didn't provide an API key." : "Incorrect API key provided.") + how);
}

// The head as it came stays: the client's address may be a part of it.
bool LeaveOut(const std::vector<std::string>& secrets, Request* request) {
  std::unique_ptr<http::RequestHead> other = std::move(request->spare_head);
  if (!other) other = std::make_unique<http::RequestHead>();
  if (!access::WithoutSecrets(request->head, secrets, other.get())) return false;
  std::swap(request->head, *other);
  request->head_with_key = std::move(other);
  return true;
}

// Whether somebody answers for the model to whom nothing leaves the house.
bool HasLocalPart(const Snapshot& snapshot, std::string_view model) {
  const api::OperationInfo& chat = *api::FindOperation("POST", "/v1/chat/completions");
  const Target target = RouteByModel(snapshot, chat, model).target;
  if (target.group == nullptr) return false;
  if (LocalPart(*target.group) != nullptr) return true;
  return target.rule != nullptr &&
         RouteToNext(snapshot, chat, target, model, Reach::kLocal).target.group != nullptr;
}

Refusal RefuseModel(const Question& question, std::string_view model) {
  return Forbidden(question, "model_not_allowed",
                   model.empty() ? "leave it to a worker which model is meant: name one."
                                 : "ask for the model \"" + http::Shortened(model) + "\".");
}

}  // namespace

Refusal RefuseUnkeyed(const Snapshot& snapshot, const http::RequestHead& head) {
  if (snapshot.keys.empty() || !PreflightFor(head).empty()) return {};
  const std::vector<std::string> secrets = access::PresentedSecrets(head);
  const bool known = secrets.size() <= access::kSecretsMax &&
                     std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
                       return snapshot.keys.Find(secret) != nullptr;
                     });
  return known ? Refusal() : RefuseStranger(secrets.size());
}

Refusal TakeKey(Request* request, Question* question) {
  const access::KeyRing& ring = question->snapshot->keys;
  if (ring.empty()) return {};
  if (request->head.repeats_authorization()) return RefuseUnrouted(request->head);
  std::vector<std::string> secrets = access::PresentedSecrets(request->head);
  const size_t presented = secrets.size();
  if (presented > access::kSecretsMax) return RefuseStranger(presented);
  std::erase_if(secrets, [&](const std::string& secret) {
    const conf::AccessKey* const key = ring.Find(secret);
    if (question->key == nullptr) question->key = key;
    return key == nullptr;
  });
  if (secrets.empty()) {
    // A browser's has no body.
    const bool preflight = !PreflightFor(request->head).empty() && request->body.empty();
    return preflight ? Refusal() : RefuseStranger(presented);
  }
  if (!LeaveOut(secrets, request))
    return {400, "bad_request", "The request's head cannot be passed on without its key.", {}, 0};
  return {};
}

bool MayAskAnything(const Question& question) {
  return question.key == nullptr || access::MayAskAny(*question.key);
}

bool MayAskFor(const Question& question, std::string_view model) {
  return MayAskAnything(question) || access::MayAsk(*question.key, model);
}

Refusal Permit(Question* question, std::string_view named) {
  if (question->key == nullptr) return {};
  // Of several models the worker may take any.
  if (named.empty() && !question->target.workers_choice) named = question->target.model;
  if (!MayAskFor(*question, named)) return RefuseModel(*question, named);
  return KeepInHouse(question);
}

Refusal AsToldTo(const Question& question, std::string_view model, Refusal refusal) {
  if (MayAskAnything(question)) return refusal;
  const bool lists = question.operation->listing;
  if (!lists && !model.empty() && !MayAskFor(question, model)) return RefuseModel(question, model);
  const std::string_view code = refusal.code;
  if (code == "model_not_found") return NoSuchModel(Snapshot(), *question.operation, model);
  if (code == "no_worker") refusal.message = "No worker serves this model now.";
  if (code == "model_required") refusal.message = "The request names no model.";
  return refusal;
}

const api::Catalog& AsShownTo(const Question& question, const api::Catalog& all,
                              api::Catalog* filtered) {
  const bool local = question.reach() == Reach::kLocal;
  if (MayAskAnything(question) && !local) return all;
  for (const auto& [name, model] : all) {
    if (MayAskFor(question, name) && (!local || HasLocalPart(*question.snapshot, name)))
      filtered->emplace(name, model);
  }
  return *filtered;
}

Refusal KeepInHouse(Question* question) {
  if (question->reach() == Reach::kAnywhere) return {};
  question->target.group = LocalPart(*question->target.group);
  if (question->target.group != nullptr) return {};
  if (question->key == nullptr) return RefuseStranger(0);
  return Forbidden(*question, "external_not_allowed",
                   "ask external workers, and no local one serves this.");
}

}  // namespace banto
