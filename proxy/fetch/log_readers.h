// The readers of one FetchLog on one thread. The log's home wakes them all by one posted task,
// however many they are and however much has been added. Held by the log and by each of its
// readers; the readers themselves are known on their own thread only.
#ifndef BANTO_PROXY_FETCH_LOG_READERS_H_
#define BANTO_PROXY_FETCH_LOG_READERS_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "proxy/net/event_loop.h"

namespace banto {

class Fetch;
struct FetchHead;

class LogReader {
 public:
  // There is news in the log. It may leave meanwhile, and others may come and go.
  virtual void OnLogNews() = 0;
  // Of who began the Fetch, whose thread is the log's home: the answer, which begins with `head`,
  // is not for sharing, and is its own again.
  virtual void OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) = 0;

 protected:
  ~LogReader() = default;
};

class LogReaders : public std::enable_shared_from_this<LogReaders> {
 public:
  explicit LogReaders(net::EventLoop* loop) : loop_(loop) {}
  net::EventLoop* loop() const { return loop_; }

  // Any thread: they are told in a later turn.
  void Wake();
  // Of those below, loop thread only.
  void Tell();
  void Add(LogReader* reader) { readers_.push_back(reader); }
  void Remove(LogReader* reader);

 private:
  // Readers that are told in one turn: news may mean that each begins a Fetch of its own.
  static constexpr size_t kPerTurn = 64;

  void TellSome();

  net::EventLoop* const loop_;
  std::atomic<bool> woken_{false};
  std::vector<LogReader*> readers_;  // nullptr: has left while they were told
  size_t next_ = 0;                  // the next to be told
  bool telling_ = false;
  bool again_ = false;  // news came while they were told
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_LOG_READERS_H_
