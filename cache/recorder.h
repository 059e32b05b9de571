// Copies an answer into an Entry while it is relayed. Gives up (and frees what it had) over the
// limit; what it holds counts against a process-wide cap. Owned by a Fetch; loop thread only.
// Destroying it forgets everything.
#ifndef BANTO_CACHE_RECORDER_H_
#define BANTO_CACHE_RECORDER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "cache/cache_policy.h"
#include "cache/entry.h"
#include "proxy/api/answer_reader.h"
#include "proxy/http/message.h"

namespace banto::cache {

class Recorder {
 public:
  // Bytes that all recorders of the process hold, and their limit.
  struct Budget {
    std::atomic<uint64_t> held_bytes{0};
    uint64_t bytes_max = 512ull << 20;
  };
  Recorder(Budget* budget, uint64_t entry_bytes_max);
  ~Recorder();

  // The answer's head, once. A length known to be too large gives up at once.
  void OnHead(const http::ResponseHead& head, bool stream);
  // What the answer is, where its own Content-Type was missing or wrong.
  void set_content_type(std::string_view type) { entry_->content_type = type; }
  void OnFrame(std::string_view bytes,
               const api::FrameVerdict& verdict);  // streams, in order; comments are skipped
  void OnBytes(std::string_view bytes);            // whole answers, in order
  bool recording() const { return skip_ == SkipReason::kNone; }
  SkipReason skip() const { return skip_; }
  void GiveUp(SkipReason reason);
  std::string_view body() const;  // what was recorded so far (whole answers are checked in here)

  // The entry without its times, or nullptr when it gave up. Moves the bytes out.
  std::shared_ptr<Entry> Finish(const api::FrameVerdict& whole_spans);

 private:
  bool Reserve(uint64_t more);
  Budget* budget_;
  uint64_t entry_bytes_max_;
  uint64_t held_ = 0;
  SkipReason skip_ = SkipReason::kNone;
  std::shared_ptr<Entry> entry_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_RECORDER_H_
