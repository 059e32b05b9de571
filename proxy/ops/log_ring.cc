#include "proxy/ops/log_ring.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace banto::ops {

LogAlarm::LogAlarm() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

LogAlarm::~LogAlarm() { close(fd_); }

void LogAlarm::Wake() {
  // Plain read first: under load the writer is awake, and an exchange would contend for the line.
  if (!asleep_.load() || !asleep_.exchange(false)) return;
  const uint64_t one = 1;
  static_cast<void>(!write(fd_, &one, sizeof one));
}

void LogAlarm::Sleep(int timeout_ms) {
  pollfd wait{fd_, POLLIN, 0};
  poll(&wait, 1, timeout_ms);
  uint64_t count = 0;
  static_cast<void>(!read(fd_, &count, sizeof count));
  asleep_.store(false);
}

ByteRing::ByteRing(size_t bytes_max, LogAlarm* alarm)
    : size_(bytes_max), alarm_(alarm), bytes_(std::make_unique<char[]>(bytes_max)) {}

bool ByteRing::Push(std::string_view line) {
  const uint64_t tail = tail_.load(std::memory_order_relaxed);
  const uint64_t need = line.size() + 1;
  if (tail + need - head_seen_ > size_) {
    head_seen_ = head_.load(std::memory_order_acquire);
    if (tail + need - head_seen_ > size_) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
  }
  Copy(tail, line.data(), line.size());
  Copy(tail + line.size(), "\n", 1);
  // Sequentially consistent, like the alarm: either the writer sees this line before it sleeps, or
  // we see that it sleeps.
  tail_.store(tail + need);
  alarm_->Wake();
  return true;
}

void ByteRing::Copy(uint64_t at, const char* data, size_t size) {
  const size_t from = at & (size_ - 1);
  const size_t first = std::min(size, size_ - from);
  std::memcpy(bytes_.get() + from, data, first);
  std::memcpy(bytes_.get(), data + first, size - first);
}

int ByteRing::Peek(iovec pieces[2]) const {
  const uint64_t head = head_.load(std::memory_order_relaxed);
  const size_t used = tail_.load() - head;
  if (used == 0) return 0;
  const size_t from = head & (size_ - 1);
  const size_t first = std::min(used, size_ - from);
  pieces[0] = {bytes_.get() + from, first};
  if (first == used) return 1;
  pieces[1] = {bytes_.get(), used - first};
  return 2;
}

void ByteRing::Release(size_t bytes) {
  head_.store(head_.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
}

}  // namespace banto::ops
