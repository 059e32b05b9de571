#include "proxy/fetch/shared_fetch.h"

#include <utility>

#include "cache/recorder.h"
#include "proxy/fetch/cost.h"

namespace banto {

LogPlace SharedFetch::Begin(ThreadContext* context, std::unique_ptr<Fetch> fetch,
                            std::unique_ptr<FetchLease> lease) {
  LogPlace first;
  first.is_first = true;
  first.has_head = fetch->answered();
  auto shared = std::unique_ptr<SharedFetch>(
      new SharedFetch(context, std::move(fetch), std::move(lease)));  // its constructor is private
  SharedFetch& self = *shared;
  context->detached.Add(std::move(shared));
  self.log_->Share();
  if (first.has_head) {
    const std::string_view so_far = self.fetch_->recorded();
    first.at = so_far.size();
    self.log_->Begin({{}, self.fetch_->HeadForOthers()}, self.fetch_->outcome());
    self.log_->Add({&so_far, 1}, self.fetch_->next_sequence());
    self.log_->Tell();
  }
  // The pace is no longer that of one client, for which it may have paused.
  if (!self.log_->IsAhead()) self.fetch_->Resume();
  return first;
}

SharedFetch::SharedFetch(ThreadContext* context, std::unique_ptr<Fetch> fetch,
                         std::unique_ptr<FetchLease> lease)
    : context_(context), fetch_(std::move(fetch)), lease_(std::move(lease)), log_(lease_->log()) {
  log_->MoveHome(this);
  fetch_->ReadBy(this);
}

SharedFetch::~SharedFetch() = default;

void SharedFetch::OnFetchHead(FetchHead head) {
  if (!IsForAll(fetch_->question(), head, fetch_->recording())) return GiveBack(std::move(head));
  FetchHead others = fetch_->HeadForOthers();
  if (head.status != 200) {
    others = head;
    others.dated = false;
    cache::DropOfOneExchange(&others.fields);
  }
  others.worker = nullptr;
  log_->Begin({std::move(head), std::move(others)}, fetch_->outcome());
}

// The one who began it has it for itself; the others ask for themselves.
void SharedFetch::GiveBack(FetchHead head) {
  LogReader* const first = log_->First();
  lease_->Unshare();
  if (first != nullptr) {
    first->OnGivenBack(std::move(fetch_), std::move(head));
  } else {
    fetch_->Leave();
    CountUnread();
  }
  Finish();
}

void SharedFetch::OnFetchData(std::span<const std::string_view> pieces, bool end) {
  log_->Add(pieces, fetch_->next_sequence());
  // Before anybody is told: who asks again then begins anew, or finds it in the cache.
  if (end || !fetch_->recording() || log_->is_window()) lease_->LetNobodyIn();
  if (end) {
    if (!log_->End(fetch_->outcome())) CountUnread();
    return Finish();
  }
  log_->Tell();
  if (log_->IsAhead()) fetch_->Pause();
}

void SharedFetch::OnFetchFailed(const Failure& failure) {
  lease_->LetNobodyIn();
  if (!log_->Break(failure, fetch_->outcome())) CountUnread();
  Finish();
}

// Who joins meanwhile has it, or asks anew.
void SharedFetch::OnNobodyReads() {
  lease_->LetNobodyIn();
  if (!log_->CloseIfUnread()) return;
  fetch_->Leave();
  CountUnread();
  Finish();
}

// What it cost is in nobody's record.
void SharedFetch::CountUnread() {
  ops::ExchangeRecord record;
  record.model = fetch_->question().target.model;
  if (fetch_->question().key != nullptr) record.key = fetch_->question().key->name;
  record.model_known = fetch_->question().target.model_known;
  record.fetch = fetch_->TakeOutcome();
  NoteUnreadCost(fetch_->question(), &record);
  context_->observer->OnUnreadFetch(record);
}

void SharedFetch::OnReadersTake() { fetch_->Resume(); }

void SharedFetch::Finish() {
  lease_.reset();
  context_->detached.Drop(context_->loop, this);
}

}  // namespace banto
