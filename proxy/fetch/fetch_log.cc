#include "proxy/fetch/fetch_log.h"

#include <utility>

namespace banto {
namespace {

// The worker of an answer that is a window pauses when not even the fastest reader has taken so
// much.
constexpr uint64_t kAheadMax = 256 * 1024;

}  // namespace

FetchLog::FetchLog(net::EventLoop* loop, LogHome* home, BufferedBytes::Budget* budget,
                   uint64_t epoch, uint64_t bytes_max, Packaging packaging)
    : home_loop_(loop),
      home_(home),
      epoch_(epoch),
      packaging_(packaging),
      bytes_(budget, bytes_max) {}

std::shared_ptr<LogReaders> FetchLog::Join(LogReader* reader, const LogPlace* place,
                                           net::EventLoop* loop) {
  std::shared_ptr<LogReaders> readers;
  bool is_alone = false;
  {
    const std::lock_guard lock(mutex_);
    readers = seats_.Add(reader, place, loop);
    is_alone = state_ == State::kAlone;
  }
  readers->Add(reader);
  if (is_alone) TellHome(&LogHome::OnJoined);
  return readers;
}

void FetchLog::Leave(LogReader* reader, const LogPlace& place, LogReaders* readers) {
  readers->Remove(reader);
  bool is_last = false, takes = false;
  {
    const std::lock_guard lock(mutex_);
    seats_.Remove(reader, place);
    is_last = seats_.empty();
    takes = TakesAgain();
  }
  if (is_last) TellHome(&LogHome::OnNobodyReads);
  if (takes) TellHome(&LogHome::OnReadersTake);
}

LogNews FetchLog::Read(LogPlace* place, size_t bytes_max, std::string* room) {
  LogNews news;
  bool takes = false;
  {
    const std::lock_guard lock(mutex_);
    news = Next(place, bytes_max, room);
    takes = TakesAgain();
  }
  if (takes) TellHome(&LogHome::OnReadersTake);
  return news;
}

// Whether nothing of the answer is for it. An error is the same in every packaging.
bool FetchLog::Waits(const LogPlace& place) const {
  return place.waits && (!heads_ || heads_->others.status == 200);
}

// Whether it asks for itself: it was told nothing, and will not be, or not all of it.
bool FetchLog::IsClosedTo(const LogPlace& place) const {
  if (state_ == State::kClosed) return true;
  if (place.has_head) return false;
  if (state_ == State::kStopped || place.at < bytes_.begin()) return true;
  return Waits(place) && state_ == State::kWhole;
}

LogNews FetchLog::Next(LogPlace* place, size_t bytes_max, std::string* room) {
  using Kind = LogNews::Kind;
  LogNews news;
  const bool waits = Waits(*place);
  if (IsClosedTo(*place)) {
    news.kind = Kind::kClosed;
    news.may_join = may_join_;
  } else if (heads_ && !place->has_head && !waits) {
    place->has_head = true;
    news.kind = Kind::kHead;
    news.head = place->is_first ? heads_->first : heads_->others;
  } else if (place->at < bytes_.begin()) {
    news.kind = Kind::kBehind;
  } else if (!waits && (place->at < bytes_.end() || state_ == State::kWhole)) {
    bytes_.Read(&place->at, bytes_max, room);
    news.kind = Kind::kData;
    news.end = state_ == State::kWhole && place->at == bytes_.end();
  } else if (state_ == State::kBroken || state_ == State::kStopped) {
    news.kind = Kind::kBroken;
    news.failure = failure_;
    news.failure.told = failure_.told && place->has_head;  // with the rest of the answer
  }
  return news;
}

ops::FetchOutcome FetchLog::outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

ops::FetchOutcome FetchLog::TakeOutcome(const LogPlace& place) {
  const std::lock_guard lock(mutex_);
  ops::FetchOutcome taken = outcome_;
  const bool over = state_ == State::kWhole || state_ == State::kBroken;
  if (over && seats_.TakesCost(place)) return taken;
  taken.attempts.clear();
  taken.store = "";
  taken.queue_us = -1;
  return taken;
}

int64_t FetchLog::worker_us() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kWhole && !outcome_.attempts.empty() ? outcome_.attempts.back().us : -1;
}

int64_t FetchLog::next_sequence() const {
  const std::lock_guard lock(mutex_);
  return next_sequence_;
}

void FetchLog::Share() {
  const std::lock_guard lock(mutex_);
  state_ = State::kAwaited;
}

void FetchLog::Begin(LogHeads heads, const ops::FetchOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kGrows;
    heads_ = std::move(heads);
    outcome_ = outcome;
  }
  TellReaders();
}

void FetchLog::Add(std::span<const std::string_view> pieces, int64_t next_sequence) {
  const std::lock_guard lock(mutex_);
  bytes_.Append(pieces);
  next_sequence_ = next_sequence;
}

void FetchLog::Tell() {
  {
    const std::lock_guard lock(mutex_);
    bytes_.Slide(Unread());
  }
  TellReaders();
}

bool FetchLog::End(const ops::FetchOutcome& outcome) {
  const bool taken = Over(State::kWhole, outcome);
  TellReaders();
  return taken;
}

bool FetchLog::Break(const Failure& failure, const ops::FetchOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
  }
  const bool taken = Over(State::kBroken, outcome);
  TellReaders();
  return taken;
}

// Who waits for another packaging leaves before the end, and takes no record of this.
bool FetchLog::Over(State state, const ops::FetchOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  state_ = state;
  outcome_ = outcome;
  for (const LogSeats::Seat& seat : seats_.all())
    if (state == State::kBroken || !Waits(*seat.place)) return true;
  seats_.TakeCost();
  return false;
}

void FetchLog::Close(bool may_join) {
  {
    const std::lock_guard lock(mutex_);
    if (!Stop(may_join) || seats_.empty()) return;
  }
  // Each begins anew, which is not for the stack of whoever closed it.
  const auto threads = Threads();
  for (const auto& thread : *threads) thread->Wake();
}

bool FetchLog::CloseIfUnread() {
  const std::lock_guard lock(mutex_);
  if (seats_.empty()) Stop(true);
  return seats_.empty();
}

// False: it is over already.
bool FetchLog::Stop(bool may_join) {
  if (state_ > State::kGrows) return false;
  if (state_ != State::kGrows) {
    state_ = State::kClosed;
    may_join_ = may_join;
    return true;
  }
  state_ = State::kStopped;
  failure_.kind = FailureKind::kShuttingDown;
  failure_.message = "The proxy is stopping.";
  return true;
}

LogReader* FetchLog::First() const {
  const std::lock_guard lock(mutex_);
  return seats_.First();
}

bool FetchLog::IsAhead() {
  const std::lock_guard lock(mutex_);
  is_ahead_ = bytes_.is_window() && Unread() >= kAheadMax;
  return is_ahead_;
}

// Bytes that no reader has taken.
uint64_t FetchLog::Unread() const { return bytes_.end() - seats_.Furthest(bytes_.begin()); }

bool FetchLog::TakesAgain() {
  if (!is_ahead_ || Unread() >= kAheadMax / 2) return false;
  is_ahead_ = false;
  return true;
}

// On its own thread.
void FetchLog::TellHome(void (LogHome::*what)()) {
  home_loop_->Post([self = shared_from_this(), what] {
    if (self->home_ != nullptr) (self->home_->*what)();
  });
}

std::shared_ptr<const LogSeats::Threads> FetchLog::Threads() const {
  const std::lock_guard lock(mutex_);
  return seats_.threads();
}

void FetchLog::TellReaders() {
  const auto threads = Threads();
  for (const auto& thread : *threads) {
    thread->loop() == home_loop_ ? thread->Tell() : thread->Wake();
  }
}

}  // namespace banto
