#include "health/facts_collector.h"

#include <utility>

#include "health/engine_pages.h"
#include "health/model_list.h"
#include "proxy/api/engine_traits.h"
#include "proxy/http/writer.h"

namespace banto::health {
namespace {

constexpr int kPartsMax = 50;  // Anthropic returns 20 models per page, OpenAI's lists 100

bool ListsModels(std::string_view page) {
  return page == "/v1/models" || page == "/api/tags" || page == "/info";
}

std::string WhyNoList(const char* page, const HttpGetResult& answer) {
  const std::string asked = std::string("GET ") + page + ": " + std::to_string(answer.status);
  if (answer.status != 200) return asked + " " + std::string(http::ReasonPhrase(answer.status));
  return asked + (answer.whole ? ", but not a list of models" : ", but not whole");
}

}  // namespace

void FactsCollector::Begin(api::WorkerKind kind) {
  next_ = 0;
  query_.clear();
  parts_ = 0;
  new_facts_ = EngineFacts();
  new_facts_.kind = kind;
}

// nullptr: all of its pages have been asked for.
const char* FactsCollector::page() const {
  const auto& pages = api::TraitsOf(new_facts_.kind).fact_pages;
  return next_ < pages.size() ? pages[next_] : nullptr;
}

std::string FactsCollector::question() const {
  const char* const asked = page();
  return asked != nullptr ? asked + query_ : std::string();
}

bool FactsCollector::Take(const HttpGetResult& answer) {
  if (answer.status == 0) return false;
  const char* const asked = page();
  const size_t models_before = new_facts_.models.size();
  const bool read = answer.status == 200 && ReadFacts(asked, answer.body, &new_facts_);
  if (!read && ListsModels(asked) && !new_facts_.models_known) {
    new_facts_.list_trouble = WhyNoList(asked, answer);
  }
  // A server that ignores the query returns the same page again: without new models we stop.
  const bool more = read && new_facts_.models.size() > models_before && ReadOn(answer);
  if (more) return true;
  ++next_;
  query_.clear();
  parts_ = 0;
  return true;
}

// Whether another page of this list must be requested.
bool FactsCollector::ReadOn(const HttpGetResult& answer) {
  const std::string next = NextPage(answer.body);
  if (next.empty()) return false;
  if (++parts_ >= kPartsMax || new_facts_.models.size() >= kModelsMax) {
    new_facts_.models_cut = true;
    return false;
  }
  query_ = "?" + next;
  return true;
}

bool FactsCollector::Finish(const conf::WorkerPath& path, int64_t now_ms, bool seldom) {
  due_ms_ = now_ms + (seldom ? kEverySeldomMs : kEveryMs);
  // Another request would interrupt the stream of a client that uses it directly.
  if (api::TraitsOf(new_facts_.kind).cut_by_requests) due_ms_ = INT64_MAX;
  new_facts_.path = path;
  // A list that could not be obtained this time is not an empty list.
  if (!new_facts_.models_known && facts_.models_known && facts_.kind == new_facts_.kind) {
    new_facts_.models = facts_.models;
    new_facts_.models_known = true;
    new_facts_.models_cut = facts_.models_cut;
    new_facts_.models_unreadable = facts_.models_unreadable;
  }
  if (new_facts_.models_known) new_facts_.list_trouble.clear();
  if (any_ && SameFacts(facts_, new_facts_)) return false;
  facts_ = std::move(new_facts_);
  any_ = true;
  return true;
}

}  // namespace banto::health
