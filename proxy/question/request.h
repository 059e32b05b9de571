// One client request: head, decoded body, origin. Immutable once the Exchange has identified it;
// reference-counted because a Fetch may outlive the Exchange that began it.
#ifndef BANTO_PROXY_QUESTION_REQUEST_H_
#define BANTO_PROXY_QUESTION_REQUEST_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "proxy/http/message.h"

namespace banto {

// Counts the request bytes held by the process against limits.buffered_bytes_max. A guard that
// gives back what it took.
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
  // Takes `more` bytes; returns false, taking nothing, if the process holds too much.
  bool Take(Budget* budget, uint64_t more) {
    budget_ = budget;
    if (budget->held.fetch_add(more, std::memory_order_relaxed) + more > budget->bytes_max) {
      budget->held.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    held_ += more;
    return true;
  }
  // Holds exactly `bytes` from now on; returns false, changing nothing, if the process holds too
  // much.
  bool Resize(Budget* budget, uint64_t bytes) {
    if (bytes > held_) return Take(budget, bytes - held_);
    if (bytes < held_) budget_->held.fetch_sub(held_ - bytes, std::memory_order_relaxed);
    held_ = bytes;
    return true;
  }
  // Holds at least `bytes`. Doubles like growing memory, to touch the shared counter rarely.
  bool GrowTo(Budget* budget, uint64_t bytes) {
    return bytes <= held_ || Resize(budget, std::max(bytes, 2 * held_));
  }
  uint64_t held() const { return held_; }

 private:
  Budget* budget_ = nullptr;
  uint64_t held_ = 0;
};

struct Request {
  http::RequestHead head;  // without the secret of its key, if it has one
  // … then the head as it came, into which `client_ip` may point.
  std::unique_ptr<http::RequestHead> head_with_key;
  std::unique_ptr<http::RequestHead> spare_head;  // memory for the next head without its key
  std::string body;                               // decoded: neither chunked nor compressed
  bool body_decoded = false;                      // its Content-Encoding was removed
  BufferedBytes buffered;
  std::string peer_ip;         // of the connection
  bool peer_trusted = false;   // according to trusted_proxies
  std::string_view client_ip;  // the peer's, or that of the client behind a trusted peer (points
                               // into peer_ip or head)
  std::string id;              // X-Request-Id: the client's if valid, otherwise ours
  int64_t head_at_us = 0;      // steady clock: when its head was read
  int64_t whole_at_us = 0;     // steady clock: when its body was read
};
using RequestPtr = std::shared_ptr<const Request>;

// A Request in the memory of an earlier one of this thread: its strings keep their capacity, so
// that a usual request does not allocate. Empty except for the head, which is the earlier one's
// until another is read. Any thread may release it.
std::shared_ptr<Request> NewRequest();

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_REQUEST_H_
