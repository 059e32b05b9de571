#include "proxy/fetch/shared_fetch.h"

#include <algorithm>
#include <utility>

namespace banto {

LogPlace SharedFetch::Begin(ThreadContext* context, std::unique_ptr<Fetch> fetch,
                            std::unique_ptr<FetchLease> lease) {
  LogPlace first;
  first.is_first = true;
  first.has_head = fetch->answered();
  auto shared = std::unique_ptr<SharedFetch>(
      new SharedFetch(context, std::move(fetch), std::move(lease)));  // its constructor is private
  SharedFetch& self = *shared;
  context->shared_fetches.push_back(std::move(shared));
  self.log_->Share();
  if (first.has_head) {
    const std::string_view so_far = self.fetch_->recorded();
    first.at = so_far.size();
    self.log_->Begin({{}, self.fetch_->HeadForOthers()}, self.fetch_->outcome());
    self.log_->Add({&so_far, 1}, self.fetch_->next_sequence());
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
  if (!IsForAll(head)) return GiveBack(std::move(head));
  FetchHead others = fetch_->HeadForOthers();
  if (head.status != 200) {
    others = head;
    others.fields.Remove("Set-Cookie");
  }
  others.worker = nullptr;
  log_->Begin({std::move(head), std::move(others)}, fetch_->outcome());
}

// Whether all readers may have this answer: one that is being kept, or a failure, which a stampede
// would not mend. What a worker refuses one caller it may grant another whose key is the same, if
// credentials are left out of that.
bool SharedFetch::IsForAll(const FetchHead& head) const {
  if (head.status < 400) return fetch_->recording();
  const conf::Scope scope = fetch_->question().config().cache.scope;
  return head.status >= 500 || scope == conf::Scope::kCredential;
}

// The one who began it has it for itself; the others ask for themselves.
void SharedFetch::GiveBack(FetchHead head) {
  LogReader* const first = log_->First();
  lease_->Unshare();
  if (first != nullptr) {
    first->OnGivenBack(std::move(fetch_), std::move(head));
  } else {
    fetch_->Leave();
  }
  Finish();
}

void SharedFetch::OnFetchData(std::span<const std::string_view> pieces, bool end) {
  log_->Add(pieces, fetch_->next_sequence());
  if (end) {
    // Before anybody is told: who asks again then begins anew, or finds it in the cache.
    lease_->LetNobodyIn();
    log_->End(fetch_->outcome());
    return Finish();
  }
  if (!fetch_->recording()) lease_->LetNobodyIn();
  if (log_->IsAhead()) fetch_->Pause();
}

void SharedFetch::OnFetchFailed(const Failure& failure) {
  lease_->LetNobodyIn();
  log_->Break(failure, fetch_->outcome());
  Finish();
}

void SharedFetch::OnNobodyReads() {
  if (log_->HasReaders()) return;
  lease_->LetNobodyIn();
  fetch_->Leave();
  ops::ExchangeRecord record;
  record.model = fetch_->question().target.model;
  record.model_known = fetch_->question().target.model_known;
  record.fetch = fetch_->TakeOutcome();
  context_->observer->OnUnreadFetch(record);
  Finish();
}

void SharedFetch::OnReadersTake() { fetch_->Resume(); }

void SharedFetch::Finish() {
  lease_.reset();
  auto& all = context_->shared_fetches;
  const auto self = std::find_if(all.begin(), all.end(),
                                 [this](const auto& shared) { return shared.get() == this; });
  context_->loop->DestroyLater(std::move(*self));
  all.erase(self);
}

}  // namespace banto
