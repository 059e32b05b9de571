// A path or a model that one worker does not serve and another may: learned from its 404, which is
// nobody's fault, and remembered for a while.
#include <algorithm>

#include "proxy/fetch.h"
#include "proxy/http/short_text.h"

namespace banto {

// What of a worker the request needs. A name that is cut in the record is not known here.
upstream::Wanted Fetch::WantedHere() const {
  const bool whole = record_->model.size() < http::kNameBytesMax;
  return {plan_.request->head.path(), whole ? record_->model : std::string_view()};
}

// Before the first pick: passes over the workers that said that they lack it. Where all of them
// did, one is asked, to say it again.
void Fetch::PassOverThoseWithout() {
  if (plan_.operation->family == api::Family::kPlain) return;
  const std::vector<upstream::WorkerPtr>& workers = plan_.group->workers;
  for (const upstream::WorkerPtr& worker : workers) {
    const upstream::NotServed& not_served = worker->state->not_served();
    if (not_served.Any() && not_served.Covers(WantedHere(), context_->loop->NowMs())) {
      tried_.push_back(worker->state.get());
    }
  }
  without_ = tried_.size();
  if (without_ == 0 || without_ < workers.size()) return;
  nobody_serves_ = true;
  without_ = 0;
  tried_.clear();
}

// Whether all who may be chosen at all have said so: who is only down may serve it.
bool Fetch::AllAreWithout() const {
  size_t out_of_use = 0;
  for (const upstream::WorkerPtr& worker : plan_.group->workers) {
    const upstream::WorkerState& state = *worker->state;
    const bool tried = std::find(tried_.begin(), tried_.end(), &state) != tried_.end();
    if (!tried && state.admin_state() != upstream::AdminState::kReady) ++out_of_use;
  }
  return without_ + out_of_use >= plan_.group->workers.size();
}

api::NotHere Fetch::WhatIsLacking(int status, std::string_view body) const {
  if (plan_.operation->family == api::Family::kPlain) return api::NotHere::kNo;
  return api::WhatIsNotHere(status, body, WantedHere().model);
}

// Remembers it and asks the next worker; the answer is the client's where there is none.
void Fetch::AskElsewhere(api::NotHere lacks, int status, std::string fields, std::string body) {
  const upstream::Worker& worker = *attempt_->worker();
  upstream::Wanted what = WantedHere();
  if (lacks == api::NotHere::kRoute) what.model = {};
  if (lacks == api::NotHere::kModel) what.path = {};
  // What a managed API has not it may lack for this caller alone.
  const bool sure = lacks != api::NotHere::kModelPerhaps;
  if (sure && !worker.external) worker.state->not_served().Add(what, context_->loop->NowMs());
  if (nobody_serves_ || !plan_.retry_allowed) {
    return AnswerError(status, std::move(fields), std::move(body));
  }
  without_status_ = status;
  without_fields_ = std::move(fields);
  without_body_ = std::move(body);
  ++without_;
  tried_.push_back(worker.state.get());
  DropAttempt();
  step_ = Step::kPick;
  Pick();
}

}  // namespace banto
