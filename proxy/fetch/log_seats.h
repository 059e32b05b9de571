// Who reads a FetchLog: where each is, on which threads they are, and in whose record the Fetch's
// cost goes. Owned by the log, which guards it.
#ifndef BANTO_PROXY_FETCH_LOG_SEATS_H_
#define BANTO_PROXY_FETCH_LOG_SEATS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "proxy/fetch/log_news.h"
#include "proxy/fetch/log_readers.h"

namespace banto {

class LogSeats {
 public:
  struct Seat {
    LogReader* reader;
    const LogPlace* place;
  };
  using Threads = std::vector<std::shared_ptr<LogReaders>>;

  std::shared_ptr<LogReaders> Add(LogReader* reader, const LogPlace* place, net::EventLoop* loop);
  void Remove(const LogReader* reader, const LogPlace& place);
  const std::vector<Seat>& all() const { return seats_; }
  bool empty() const { return seats_.empty(); }
  LogReader* First() const;  // who began the Fetch, if it still reads
  // The furthest that any of them is, or `from`.
  uint64_t Furthest(uint64_t from) const;
  // Where they are, or were: what it points to does not change.
  std::shared_ptr<const Threads> threads() const { return threads_; }

  // Whether the cost goes into the record of who is there, which is said once: of who began the
  // Fetch, or of whoever ends next once that has left.
  bool TakesCost(const LogPlace& place);
  void TakeCost() { cost_ = Cost::kTaken; }

 private:
  enum class Cost : uint8_t { kOfFirst, kOfAnybody, kTaken };

  Cost cost_ = Cost::kOfFirst;
  std::vector<Seat> seats_;
  std::shared_ptr<const Threads> threads_ = std::make_shared<Threads>();
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOG_SEATS_H_
