// A path or a model that one worker does not serve and another may: learned from its 404, which is
// nobody's fault, and remembered for a while. Where it is a guess who serves a model, a worker that
// refuses the caller's key is one that was asked in error: the key may be another worker's.
#include <algorithm>

#include "proxy/fetch/fetch.h"
#include "proxy/http/short_text.h"

namespace banto {

// What of a worker the request needs. A name that is cut in the record is not known here.
upstream::Wanted Fetch::WantedHere() const {
  const bool whole = record_->model.size() < http::kNameBytesMax;
  return {plan_.request->head.path(), whole ? record_->model : std::string_view()};
}

// Before the first pick: passes over the workers that said that they lack it, and those that
// refused it to somebody whom another one served. Where that is all of them, they are asked
// nevertheless: one, to say it again, where all lack it.
void Fetch::PassOverThoseWithout() {
  if (plan_.operation->family == api::Family::kPlain) return;
  const std::vector<upstream::WorkerPtr>& workers = plan_.group->workers;
  const int64_t now_ms = context_->loop->NowMs();
  size_t lacking = 0;
  for (const upstream::WorkerPtr& worker : workers) {
    upstream::WorkerState& state = *worker->state;
    const bool lacks = state.not_served().Any() && state.not_served().Covers(WantedHere(), now_ms);
    const bool refuses = plan_.group->learns && state.refuses().Any() &&
                         state.refuses().Covers(WantedHere(), now_ms);
    lacking += lacks ? 1 : 0;
    if (lacks || refuses) tried_.push_back(&state);
  }
  elsewhere_.without = elsewhere_.passed_over = tried_.size();
  if (tried_.empty() || tried_.size() < workers.size()) return;
  elsewhere_.nobody_serves = lacking == workers.size();
  elsewhere_.without = elsewhere_.passed_over = 0;
  tried_.clear();
}

// Nobody else can answer: a key that the others refused may be of one that was passed over.
bool Fetch::TakeBackPassedOver() {
  if (!plan_.group->learns || elsewhere_.passed_over == 0) return false;
  tried_.erase(tried_.begin(), tried_.begin() + static_cast<ptrdiff_t>(elsewhere_.passed_over));
  elsewhere_.without -= elsewhere_.passed_over;
  elsewhere_.passed_over = 0;
  return true;
}

// Whether all who may be chosen at all have said so: who is only down may serve it.
bool Fetch::AllAreWithout() const {
  size_t out_of_use = 0;
  for (const upstream::WorkerPtr& worker : plan_.group->workers) {
    const upstream::WorkerState& state = *worker->state;
    const bool tried = std::find(tried_.begin(), tried_.end(), &state) != tried_.end();
    if (!tried && state.admin_state() != upstream::AdminState::kReady) ++out_of_use;
  }
  return elsewhere_.without + out_of_use >= plan_.group->workers.size();
}

api::NotHere Fetch::WhatIsLacking(int status, std::string_view body) const {
  if (plan_.operation->family == api::Family::kPlain) return api::NotHere::kNo;
  return api::WhatIsNotHere(status, body, WantedHere().model);
}

// A model was served that others had refused to the same key: they are asked for it last.
void Fetch::LearnFromSuccess() {
  const int64_t now_ms = context_->loop->NowMs();
  attempt_->worker()->state->learned().Learn(record_->model, now_ms);
  const std::string_view model = WantedHere().model;
  if (model.empty()) return;
  for (const upstream::WorkerPtr& worker : elsewhere_.refused) {
    worker->state->refuses().Add({{}, model}, now_ms);
  }
}

// Asks the next worker; the answer is the client's where there is none. What is lacking is
// remembered; whom a worker refuses is nobody else's matter. A 404 tells more than a refusal does:
// it is of a worker that took the key.
void Fetch::AskElsewhere(api::NotHere lacks, int status, std::string fields, std::string body) {
  const upstream::WorkerPtr worker = attempt_->worker();
  upstream::Wanted what = WantedHere();
  if (lacks == api::NotHere::kRoute) what.model = {};
  if (lacks == api::NotHere::kModel) what.path = {};
  const bool refused = lacks == api::NotHere::kNo;
  // What a managed API has not it may lack for this caller alone.
  const bool sure = !refused && lacks != api::NotHere::kModelPerhaps;
  if (sure && !worker->external) worker->state->not_served().Add(what, context_->loop->NowMs());
  if (elsewhere_.nobody_serves || !plan_.retry_allowed) {
    return AnswerError(status, std::move(fields), std::move(body));
  }
  if (refused) elsewhere_.refused.push_back(worker);
  if (!refused || elsewhere_.status == 0) {
    elsewhere_.status = status;
    elsewhere_.fields = std::move(fields);
    elsewhere_.body = std::move(body);
    elsewhere_.worker = worker;
  }
  ++elsewhere_.without;
  tried_.push_back(worker->state.get());
  DropAttempt();
  step_ = Step::kPick;
  Pick();
}

}  // namespace banto
