// A bounded ring of bytes between one producing thread and the writer thread: lock-free, lines go
// in whole or not at all. Owned by the LogWriter.
#ifndef BANTO_PROXY_OPS_LOG_RING_H_
#define BANTO_PROXY_OPS_LOG_RING_H_

#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "proxy/ops/log_writer.h"

namespace banto::ops {

// The writer thread's bed: whoever puts a line into a ring while it sleeps must wake it. At most
// one wake-up is on its way at a time, so lines under load cost no system call.
class LogAlarm {
 public:
  LogAlarm();
  ~LogAlarm();
  LogAlarm(const LogAlarm&) = delete;
  LogAlarm& operator=(const LogAlarm&) = delete;

  // Producers, after what they did is visible.
  void Wake();
  // The writer: from now on a producer will ring. Look for lines once more, then Sleep().
  void BeginSleep() { asleep_.store(true); }
  void CancelSleep() { asleep_.store(false); }
  // Waits for a Wake(), at most `timeout_ms` (-1: for ever).
  void Sleep(int timeout_ms);

 private:
  std::atomic<bool> asleep_{false};
  int fd_;
};

class ByteRing final : public LogRing {
 public:
  // `bytes_max` must be a power of two.
  ByteRing(size_t bytes_max, LogAlarm* alarm);

  bool Push(std::string_view line) override;

  // The writer's end. What is there, oldest first, in one or two pieces; returns how many.
  int Peek(iovec pieces[2]) const;
  // Gives the first `bytes` of what Peek() showed back to the producer.
  void Release(size_t bytes);
  bool empty() const { return head_.load(std::memory_order_relaxed) == tail_.load(); }
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void Copy(uint64_t at, const char* data, size_t size);

  const size_t size_;
  LogAlarm* const alarm_;
  const std::unique_ptr<char[]> bytes_;
  // Counted since the start, never wrapped. Apart, so that the two threads do not share a line.
  alignas(64) std::atomic<uint64_t> tail_{0};  // written by the producer
  uint64_t head_seen_ = 0;                     // the producer's last look at head_
  std::atomic<uint64_t> dropped_{0};           // lines
  alignas(64) std::atomic<uint64_t> head_{0};  // written by the writer thread
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOG_RING_H_
