// One client request, whole: head, decoded body, where it came from. Immutable once the Exchange
// has identified it; shared by reference count because a Fetch may outlive the Exchange that began
// it.
#ifndef BANTO_PROXY_QUESTION_REQUEST_H_
#define BANTO_PROXY_QUESTION_REQUEST_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "proxy/http/message.h"

namespace banto {

// Counts the bytes of request bodies that the whole process holds, against
// limits.buffered_bytes_max. A guard: it gives back what it took.
class BufferedBytes {
 public:
  struct Budget {
    std::atomic<uint64_t> held{0};
    uint64_t bytes_max = 1ull << 30;
  };
  BufferedBytes() = default;
  BufferedBytes(BufferedBytes&& other) noexcept : budget_(other.budget_), held_(other.held_) {
    other.held_ = 0;
  }
  BufferedBytes& operator=(BufferedBytes&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(held_, other.held_);
    return *this;
  }
  ~BufferedBytes() {
    if (held_ > 0) budget_->held.fetch_sub(held_, std::memory_order_relaxed);
  }
  // Takes `more` bytes; false (and nothing taken) when the process holds too much.
  bool Take(Budget* budget, uint64_t more) {
    budget_ = budget;
    if (budget->held.fetch_add(more, std::memory_order_relaxed) + more > budget->bytes_max) {
      budget->held.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    held_ += more;
    return true;
  }
  // Holds exactly `bytes` from now on; false (and as before) when the process holds too much.
  bool Resize(Budget* budget, uint64_t bytes) {
    if (bytes > held_) return Take(budget, bytes - held_);
    if (bytes < held_) budget_->held.fetch_sub(held_ - bytes, std::memory_order_relaxed);
    held_ = bytes;
    return true;
  }
  // Holds `bytes` at least. Doubled, as memory that grows is: few steps on a counter that all
  // threads share.
  bool GrowTo(Budget* budget, uint64_t bytes) {
    return bytes <= held_ || Resize(budget, std::max(bytes, 2 * held_));
  }
  uint64_t held() const { return held_; }

 private:
  Budget* budget_ = nullptr;
  uint64_t held_ = 0;
};

struct Request {
  http::RequestHead head;
  std::string body;           // decoded: neither chunked nor compressed
  bool body_decoded = false;  // Content-Encoding was taken off
  BufferedBytes buffered;
  std::string peer_ip;         // of the connection
  bool peer_trusted = false;   // by trusted_proxies
  std::string_view client_ip;  // the peer's, or whom a trusted peer speaks for (of peer_ip or head)
  std::string id;              // X-Request-Id: the client's when it is sane, else ours
  int64_t head_at_us = 0;      // steady clock: its head was read
  int64_t whole_at_us = 0;     // steady clock: its body was read
};
using RequestPtr = std::shared_ptr<const Request>;

// A Request in memory that an earlier one on this thread has left: its strings keep their room, so
// that a usual request allocates nothing for them. Empty but for the head, which is the earlier
// one's until another is read. Any thread may let go of it.
std::shared_ptr<Request> NewRequest();

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_REQUEST_H_
