#include "proxy/fetch/log_seats.h"

#include <algorithm>

namespace banto {

std::shared_ptr<LogReaders> LogSeats::Add(LogReader* reader, const LogPlace* place,
                                          net::EventLoop* loop) {
  seats_.push_back({reader, place});
  for (const auto& thread : *threads_)
    if (thread->loop() == loop) return thread;
  auto more = std::make_shared<Threads>(*threads_);
  auto readers = more->emplace_back(std::make_shared<LogReaders>(loop));
  threads_ = std::move(more);
  return readers;
}

void LogSeats::Remove(const LogReader* reader, const LogPlace& place) {
  std::erase_if(seats_, [reader](const Seat& seat) { return seat.reader == reader; });
  if (place.is_first && cost_ == Cost::kOfFirst) cost_ = Cost::kOfAnybody;
}

LogReader* LogSeats::First() const {
  for (const Seat& seat : seats_)
    if (seat.place->is_first) return seat.reader;
  return nullptr;
}

uint64_t LogSeats::Furthest(uint64_t from) const {
  for (const Seat& seat : seats_) from = std::max(from, seat.place->at);
  return from;
}

bool LogSeats::TakesCost(const LogPlace& place) {
  const bool takes = (place.is_first && cost_ != Cost::kTaken) || cost_ == Cost::kOfAnybody;
  if (takes) cost_ = Cost::kTaken;
  return takes;
}

}  // namespace banto
