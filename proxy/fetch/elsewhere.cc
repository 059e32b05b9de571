#include "proxy/fetch/elsewhere.h"

#include <algorithm>
#include <utility>

#include "proxy/fetch/attempt_verdict.h"
#include "proxy/fetch/translation.h"

namespace banto {
void Elsewhere::PassOver(const Question& question, const upstream::WorkerGroup& group,
                         int64_t now_ms, upstream::Tried* tried) {
  if (!question.is_api()) return;
  size_t lacking = 0;
  for (const upstream::WorkerPtr& worker : group.workers) {
    upstream::WorkerState& state = *worker->state;
    const bool lacks = WayTo(question, *worker, now_ms) == Way::kNone;
    const bool refuses = group.learns && state.refuses().Any() &&
                         state.refuses().Covers(WantedAt(question.head().path(), question), now_ms);
    lacking += lacks ? 1 : 0;
    if (lacks || refuses) tried->push_back(&state);
  }
  without_ = passed_over_ = tried->size();
  if (tried->empty() || tried->size() < group.workers.size()) return;
  nobody_serves_ = lacking == group.workers.size();
  without_ = passed_over_ = 0;
  tried->clear();
}

bool Elsewhere::TakeBack(const upstream::WorkerGroup& group, upstream::Tried* tried) {
  if (!group.learns || passed_over_ == 0) return false;
  tried->erase(tried->begin(), tried->begin() + static_cast<ptrdiff_t>(passed_over_));
  without_ -= passed_over_;
  passed_over_ = 0;
  return true;
}

bool Elsewhere::AllAreWithout(const upstream::WorkerGroup& group,
                              const upstream::Tried& tried) const {
  if (told_.status == 0) return false;
  size_t out_of_use = 0;
  for (const upstream::WorkerPtr& worker : group.workers) {
    const upstream::WorkerState& state = *worker->state;
    const bool asked = std::find(tried.begin(), tried.end(), &state) != tried.end();
    if (!asked && state.admin_state() != upstream::AdminState::kReady) ++out_of_use;
  }
  return without_ + out_of_use >= group.workers.size();
}

api::NotHere Elsewhere::WhatIsLacking(const Question& question, int status, std::string_view body) {
  if (!question.is_api()) return api::NotHere::kNo;
  return api::WhatIsNotHere(status, body, WantedAt(question.head().path(), question).model);
}

bool Elsewhere::SendsOn(const upstream::WorkerGroup& group, int status, api::NotHere lacks) {
  return lacks != api::NotHere::kNo || (group.learns && RefusesKey(status));
}

void Elsewhere::LearnFromSuccess(const Question& question, upstream::WorkerState* served,
                                 int64_t now_ms) {
  served->learned().Learn(question.target.model, now_ms);
  const std::string_view model = WantedAt(question.head().path(), question).model;
  if (model.empty()) return;
  for (const upstream::WorkerPtr& worker : refused_) {
    worker->state->refuses().Add({{}, model}, now_ms);
  }
}

// A 404 says more than a refused key: it comes from a worker that accepted the key.
bool Elsewhere::Note(const Question& question, std::string_view path, api::NotHere lacks,
                     int64_t now_ms, WorkersError* error) {
  upstream::Wanted what = WantedAt(path, question);
  if (lacks == api::NotHere::kRoute) what.model = {};
  if (lacks == api::NotHere::kModel) what.path = {};
  const bool refused = lacks == api::NotHere::kNo;
  // What a managed API lacks it may lack for this caller only.
  const bool sure = !refused && lacks != api::NotHere::kModelPerhaps;
  const upstream::WorkerPtr& worker = error->worker;
  // Which paths it has does not depend on who asks, if only we do.
  const bool ours = lacks == api::NotHere::kRoute && worker->own_key;
  if (sure && (!worker->bills || ours)) worker->state->not_served().Add(what, now_ms);
  if (nobody_serves_ || !question.asked.retry_allowed) return false;
  if (refused) refused_.push_back(worker);
  ++without_;
  if (!refused || told_.status == 0) told_ = std::move(*error);
  return true;
}

}  // namespace banto
