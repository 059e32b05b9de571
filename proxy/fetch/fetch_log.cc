#include "proxy/fetch/fetch_log.h"

#include <algorithm>
#include <utility>

namespace banto {
namespace {

// Of an answer that is too long to be kept, or for which there is no room. The worker pauses when
// not even the fastest reader has taken the last kAheadMax bytes.
constexpr uint64_t kWindowBytes = 1024 * 1024;
constexpr uint64_t kAheadMax = 256 * 1024;

}  // namespace

FetchLog::FetchLog(net::EventLoop* loop, LogHome* home, BufferedBytes::Budget* budget,
                   uint64_t epoch, uint64_t bytes_max, Packing packing)
    : home_loop_(loop),
      home_(home),
      epoch_(epoch),
      packing_(packing),
      budget_(budget),
      bytes_max_(bytes_max) {}

std::shared_ptr<LogReaders> FetchLog::Join(LogReader* reader, const LogPlace* place,
                                           net::EventLoop* loop) {
  std::shared_ptr<LogReaders> readers;
  bool is_alone = false;
  {
    const std::lock_guard lock(mutex_);
    const auto is_here = [loop](const auto& thread) { return thread->loop() == loop; };
    const auto found = std::find_if(threads_.begin(), threads_.end(), is_here);
    readers = found != threads_.end() ? *found
                                      : threads_.emplace_back(std::make_shared<LogReaders>(loop));
    seats_.push_back({reader, place});
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
    std::erase_if(seats_, [reader](const Seat& seat) { return seat.reader == reader; });
    if (place.is_first && cost_ == Cost::kOfFirst) cost_ = Cost::kOfAnybody;
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

LogNews FetchLog::Next(LogPlace* place, size_t bytes_max, std::string* room) {
  using Kind = LogNews::Kind;
  LogNews news;
  if (state_ == State::kClosed) {
    news.kind = Kind::kClosed;
    news.may_join = may_join_;
  } else if (heads_ && !place->has_head) {
    place->has_head = true;
    news.kind = Kind::kHead;
    news.head = place->is_first ? heads_->first : heads_->others;
  } else if (place->at < base_) {
    news.kind = Kind::kBehind;
  } else if (place->at < size() || state_ == State::kWhole) {
    room->assign(bytes_, place->at - base_, bytes_max);
    place->at += room->size();
    news.kind = Kind::kData;
    news.end = state_ == State::kWhole && place->at == size();
  } else if (state_ == State::kBroken) {
    news.kind = Kind::kBroken;
    news.failure = failure_;
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
  if (over && (place.is_first || cost_ == Cost::kOfAnybody) && cost_ != Cost::kTaken) {
    cost_ = Cost::kTaken;
    return taken;
  }
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

bool FetchLog::HasReaders() const {
  const std::lock_guard lock(mutex_);
  return !seats_.empty();
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
  {
    const std::lock_guard lock(mutex_);
    for (std::string_view piece : pieces) bytes_.append(piece);
    next_sequence_ = next_sequence;
    Slide();
  }
  TellReaders();
}

void FetchLog::End(const ops::FetchOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kWhole;
    outcome_ = outcome;
  }
  TellReaders();
}

void FetchLog::Break(const Failure& failure, const ops::FetchOutcome& outcome) {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kBroken;
    failure_ = failure;
    outcome_ = outcome;
  }
  TellReaders();
}

void FetchLog::Close(bool may_join) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kGrows) {
      state_ = State::kBroken;
      failure_.kind = FailureKind::kShuttingDown;
      failure_.message = "The proxy is stopping.";
    } else if (state_ == State::kAlone || state_ == State::kAwaited) {
      state_ = State::kClosed;
      may_join_ = may_join;
    } else {
      return;
    }
    if (seats_.empty()) return;
  }
  // Each begins anew, which is not for the stack of whoever closed it.
  for (const auto& thread : Threads()) thread->Wake();
}

LogReader* FetchLog::First() const {
  const std::lock_guard lock(mutex_);
  for (const Seat& seat : seats_)
    if (seat.place->is_first) return seat.reader;
  return nullptr;
}

bool FetchLog::IsAhead() {
  const std::lock_guard lock(mutex_);
  is_ahead_ = is_window_ && Unread() >= kAheadMax;
  return is_ahead_;
}

// Forgets what has become too much, but nothing that not even the fastest reader has taken; in
// steps, so that a byte is moved once.
void FetchLog::Slide() {
  is_window_ = is_window_ || bytes_.size() > bytes_max_ || !counted_.GrowTo(budget_, bytes_.size());
  if (!is_window_ || bytes_.size() <= 2 * kWindowBytes) return;
  const uint64_t gone = bytes_.size() - std::max(kWindowBytes, Unread());
  if (gone < kWindowBytes / 2) return;
  bytes_.erase(0, gone);
  bytes_.shrink_to_fit();
  base_ += gone;
  counted_.Resize(budget_, std::min<uint64_t>(counted_.held(), bytes_.size()));
}

// Bytes that no reader has taken.
uint64_t FetchLog::Unread() const {
  uint64_t furthest = base_;
  for (const Seat& seat : seats_) furthest = std::max(furthest, seat.place->at);
  return size() - furthest;
}

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

std::vector<std::shared_ptr<LogReaders>> FetchLog::Threads() const {
  const std::lock_guard lock(mutex_);
  return threads_;
}

void FetchLog::TellReaders() {
  for (const auto& thread : Threads()) {
    thread->loop() == home_loop_ ? thread->Tell() : thread->Wake();
  }
}

}  // namespace banto
