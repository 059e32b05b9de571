// What a shared Fetch has said so far, for readers on any thread: written on the thread of its
// Fetch (home), read by each reader from its own place, at its own pace. Bounded: what is longer
// than the cache would keep stays as a window over its end, and who falls out of that is cut. Every
// question that others may join has one from its beginning, empty until one does. Any thread, but
// where said otherwise.
//
//   kAlone ──► kAwaited ──► kGrows ──► kWhole
//     │           │ └─────────┤──────► kBroken
//     │           │           └──────► kStopped
//     └───────────┴──────────────────► kClosed
#ifndef BANTO_PROXY_FETCH_FETCH_LOG_H_
#define BANTO_PROXY_FETCH_FETCH_LOG_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/failure.h"
#include "proxy/fetch/log_bytes.h"
#include "proxy/fetch/log_news.h"
#include "proxy/fetch/log_seats.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/asked.h"
#include "proxy/question/request.h"

namespace banto {

class FetchLog : public std::enable_shared_from_this<FetchLog> {
 public:
  enum class State : uint8_t {
    kAlone,    // one reader, to whom the Fetch speaks itself
    kAwaited,  // shared; no worker has answered yet
    kGrows,    // the answer arrives
    kWhole,    // the answer is complete
    kBroken,   // it failed, before its head or after
    kStopped,  // … because nobody read it or the process stops: who has no head asks for itself
    kClosed,   // nobody is let in (any more): each asks for itself
  };
  // `epoch`: the cache's when the Fetch began. `bytes_max`: more than that is a window.
  // `packaging`: of the answer that is asked for.
  FetchLog(net::EventLoop* loop, LogHome* home, BufferedBytes::Budget* budget, uint64_t epoch,
           uint64_t bytes_max, Packaging packaging = {});

  net::EventLoop* home_loop() const { return home_loop_; }
  uint64_t epoch() const { return epoch_; }
  Packaging packaging() const { return packaging_; }

  // Readers, each on its own thread. The reader is told of news until it leaves.
  std::shared_ptr<LogReaders> Join(LogReader* reader, const LogPlace* place, net::EventLoop* loop);
  void Leave(LogReader* reader, const LogPlace& place, LogReaders* readers);
  // Takes what comes next, at most about `bytes_max`, and moves `place`, which only this may do.
  LogNews Read(LogPlace* place, size_t bytes_max, std::string* room);
  // How the Fetch went so far.
  ops::FetchOutcome outcome() const;
  // What the reader's record takes of it: who began it, or one of the others if that has left, has
  // what the Fetch cost; the rest only who answered.
  ops::FetchOutcome TakeOutcome(const LogPlace& place);
  int64_t worker_us() const;      // how long its worker took; -1: it is not over
  int64_t next_sequence() const;  // of the next event, where its API counts them

  // Home thread only.
  void MoveHome(LogHome* home) { home_ = home; }
  void Share();  // kAlone → kAwaited
  void Begin(LogHeads heads, const ops::FetchOutcome& outcome);
  // Readers may have it at once, but are told by Tell().
  void Add(std::span<const std::string_view> pieces, int64_t next_sequence);
  // Whether it has become too long for those who join to have all of it. They are let in no more
  // before Tell(), which forgets its beginning.
  bool is_window() const { return bytes_.is_window(); }
  void Tell();
  // It is over. False: none of its readers takes what it cost.
  bool End(const ops::FetchOutcome& outcome);
  bool Break(const Failure& failure, const ops::FetchOutcome& outcome);
  // No more will be said. Who was told nothing yet asks for itself; `may_join`: together with
  // others.
  void Close(bool may_join);
  // … if nobody reads it; otherwise false.
  bool CloseIfUnread();
  LogReader* First() const;  // who began the Fetch, if it still reads
  // Whether the window is full of what not even the fastest reader has taken; OnReadersTake()
  // follows.
  bool IsAhead();

 private:
  void TellHome(void (LogHome::*what)());
  std::shared_ptr<const LogSeats::Threads> Threads() const;
  void TellReaders();
  bool Waits(const LogPlace& place) const;
  bool IsClosedTo(const LogPlace& place) const;
  bool Over(State state, const ops::FetchOutcome& outcome);
  bool Stop(bool may_join);
  uint64_t Unread() const;
  bool TakesAgain();
  LogNews Next(LogPlace* place, size_t bytes_max, std::string* room);

  net::EventLoop* const home_loop_;
  LogHome* home_;  // home thread only; nullptr: the Fetch is over
  const uint64_t epoch_;
  const Packaging packaging_;

  mutable std::mutex mutex_;  // guards what follows
  State state_ = State::kAlone;
  bool may_join_ = true;   // kClosed: its key may be shared
  bool is_ahead_ = false;  // home waits for OnReadersTake()
  std::optional<LogHeads> heads_;
  LogBytes bytes_;  // home adds to it
  Failure failure_;
  ops::FetchOutcome outcome_;
  int64_t next_sequence_ = 0;
  LogSeats seats_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_FETCH_LOG_H_
