#include "proxy/exchange/own_pages.h"

#include <string>
#include <utility>

#include "proxy/api/dialect.h"
#include "proxy/api/unknown_path.h"
#include "proxy/base/percent.h"
#include "proxy/exchange/caller_key.h"
#include "proxy/routing/model_router.h"

namespace banto {
namespace {

// Without an Ollama worker, its pages belong to an app; its greeting belongs to nobody else.
bool IsAnApps(const api::OperationInfo& listing, const Snapshot& snapshot) {
  if (!IsOllamas(listing) || snapshot.has_ollama) return false;
  if (snapshot.plain) return true;
  return !snapshot.speaks_ollama && (listing.operation == api::Operation::kGreeting ||
                                     listing.operation == api::Operation::kVersion);
}

// Whether the operation's path belongs to an API here. If all workers are apps, it is the app's.
bool IsOurs(const Snapshot& snapshot, const api::OperationInfo& operation) {
  const bool only_apps =
      snapshot.models.empty() && !snapshot.any_model && !snapshot.unlisted && snapshot.plain;
  if (!MayServe(snapshot, operation)) return false;
  if (operation.listing && IsAnApps(operation, snapshot)) return false;
  return (operation.listing || operation.inference) && !only_apps;
}

}  // namespace

bool AsksAnApi(const Question& question) {
  const http::RequestHead& head = question.head();
  return FindRoute(*question.snapshot, head.method(), head.path()) == nullptr &&
         IsOurs(*question.snapshot, *question.operation);
}

std::string_view PreflightFor(const http::RequestHead& head) {
  constexpr http::FieldName kName = http::FieldName::kAccessControlRequestMethod;
  if (!head.Has(kName) || head.method() != "OPTIONS") return {};
  return head.Find(kName).value_or("");
}

bool AnswersPreflight(const Question& question) {
  const std::string_view method = PreflightFor(question.head());
  if (method.empty()) return false;
  const std::string_view path = question.head().path();
  const Snapshot& snapshot = *question.snapshot;
  if (!question.config().cors.origins.empty()) return true;
  if (FindRoute(snapshot, method, path) != nullptr) return false;
  return IsOurs(snapshot, *api::FindOperation("POST", path)) ||
         IsOurs(snapshot, *api::FindOperation("GET", path));
}

Identified AnswerListing(const Question& question) {
  const Snapshot& snapshot = *question.snapshot;
  const api::OperationInfo& asked = *question.operation;
  std::string model;
  if (asked.operation == api::Operation::kModel) {
    model = base::PercentDecode(api::ModelInPath(question.head().path()));
  }
  if (asked.operation == api::Operation::kVersion && snapshot.ollama_version.empty()) {
    return Refusal{503, "no_worker", "No Ollama has told its version yet.", {}, 2};
  }
  api::Catalog filtered;
  const api::Catalog& catalog =
      AsShownTo(question, IsOllamas(asked) ? snapshot.ollama_catalog : snapshot.catalog, &filtered);
  // Two APIs have the same paths for it: the client says which it reads.
  const api::Dialect& clients = api::ErrorDialect(question.head());
  const auto list = clients.list != nullptr ? clients.list : asked.dialect->list;
  api::ListingAnswer listing = list(asked.operation, {catalog, model, snapshot.ollama_version});
  if (listing.status == 404) {
    return AsToldTo(question, model, NoSuchModel(snapshot, *question.operation, model));
  }
  return listing;
}

}  // namespace banto
