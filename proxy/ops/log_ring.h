// A bounded, lock-free ring of bytes between one producer and the writer thread; a line is added
// completely or not at all. Owned by the LogWriter.
#ifndef BANTO_PROXY_OPS_LOG_RING_H_
#define BANTO_PROXY_OPS_LOG_RING_H_

#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "proxy/ops/log_writer.h"

namespace banto::ops {

// Wakes the writer thread: a producer that adds a line while it sleeps must call Wake(). At most
// one wake-up is pending at a time, so under load lines cost no system call.
class LogAlarm {
 public:
  LogAlarm();
  ~LogAlarm();
  LogAlarm(const LogAlarm&) = delete;
  LogAlarm& operator=(const LogAlarm&) = delete;

  // For producers, after their line is visible.
  void Wake();
  // For the writer: from now on producers wake it. Check for lines again, then Sleep().
  void BeginSleep() { asleep_.store(true); }
  void CancelSleep() { asleep_.store(false); }
  // Waits for a Wake(), at most `timeout_ms` (-1: indefinitely).
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

  // For the writer. The content, oldest first, in one or two pieces; returns how many.
  int Peek(iovec pieces[2]) const;
  // Returns the first `bytes` of what Peek() showed to the producer.
  void Release(size_t bytes);
  bool empty() const { return head_.load(std::memory_order_relaxed) == tail_.load(); }
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void Copy(uint64_t at, const char* data, size_t size);

  const size_t size_;
  LogAlarm* const alarm_;
  const std::unique_ptr<char[]> bytes_;
  // Byte counts since the start, never wrapped. On separate lines, since each is written by one
  // thread.
  alignas(64) std::atomic<uint64_t> tail_{0};  // written by the producer
  uint64_t head_seen_ = 0;                     // head_ as last read by the producer
  std::atomic<uint64_t> dropped_{0};           // lines
  alignas(64) std::atomic<uint64_t> head_{0};  // written by the writer thread
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_LOG_RING_H_
