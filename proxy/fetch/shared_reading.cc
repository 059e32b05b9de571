#include "proxy/fetch/shared_reading.h"

#include <algorithm>
#include <utility>

#include "proxy/fetch/fetch.h"

namespace banto {
namespace {

// Of one write to the client.
constexpr size_t kSliceBytes = size_t{64} * 1024;

LogPlace PlaceIn(const FetchLog& log, LogPlace place, Packaging wanted) {
  place.waits = log.packaging() != wanted;
  return place;
}

}  // namespace

SharedReading::SharedReading(ThreadContext* context, std::shared_ptr<FetchLog> log,
                             SharedReader* reader, const LogPlace& place, Packaging packaging)
    : context_(context),
      log_(std::move(log)),
      reader_(reader),
      place_(PlaceIn(*log_, place, packaging)),
      joined_at_us_(context->loop->CallbackUs()),
      readers_(log_->Join(this, &place_, context->loop)) {
  if (place_.has_head) TakeTimes();
}

SharedReading::~SharedReading() { Leave(); }

void SharedReading::Resume() {
  paused_ = false;
  Read();
}

void SharedReading::Leave() {
  if (reader_ == nullptr) return;
  reader_ = nullptr;
  log_->Leave(this, place_, readers_.get());
}

void SharedReading::Read() {
  while (reader_ != nullptr && !paused_) {
    if (!Tell(log_->Read(&place_, kSliceBytes, &context_->slice))) return;
  }
}

// False: nothing more follows for now.
bool SharedReading::Tell(LogNews news) {
  using Kind = LogNews::Kind;
  switch (news.kind) {
    case Kind::kNothing:
      return false;
    case Kind::kHead:
      TakeTimes();
      reader_->OnFetchHead(std::move(news.head));
      return true;
    case Kind::kData: {
      const std::string_view piece = context_->slice;
      reader_->OnFetchData({&piece, 1}, news.end);
      return true;
    }
    case Kind::kBehind:
      news.failure.kind = FailureKind::kFellBehind;
      news.failure.message = "The client reads an answer that others share too slowly.";
      break;
    case Kind::kBroken:
      break;
    case Kind::kClosed:
      reader_->OnNotShared(news.may_join);
      return false;
  }
  TakeTimes();
  reader_->OnFetchFailed(news.failure);
  return false;
}

// What was there before it joined, it has had since then.
void SharedReading::TakeTimes() {
  outcome_ = log_->outcome();
  if (place_.is_first) return;
  for (int64_t* at_us : {&outcome_.first_byte_at_us, &outcome_.first_token_at_us})
    if (*at_us > 0) *at_us = std::max(*at_us, joined_at_us_);
}

ops::FetchOutcome SharedReading::TakeOutcome() {
  TakeTimes();
  ops::FetchOutcome taken = log_->TakeOutcome(place_);
  taken.first_byte_at_us = outcome_.first_byte_at_us;
  taken.first_token_at_us = outcome_.first_token_at_us;
  return taken;
}

void SharedReading::OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) {
  SharedReader* const reader = reader_;
  Leave();
  reader->OnGivenBack(std::move(fetch), std::move(head));
}

}  // namespace banto
