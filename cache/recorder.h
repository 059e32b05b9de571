// Copies an answer into an Entry while it is relayed. Gives up, and frees what it has, when over
// the limit; its bytes count against a process-wide cap. Owned by a Fetch; loop thread only.
// Destroying it discards everything.
#ifndef BANTO_CACHE_RECORDER_H_
#define BANTO_CACHE_RECORDER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "cache/cache_policy.h"
#include "cache/entry.h"
#include "cache/pace.h"
#include "proxy/api/answer_reader.h"
#include "proxy/http/message.h"

namespace banto::cache {

// Removes what describes one exchange from the fields of an error that others are told, too.
void DropOfOneExchange(http::FieldList* fields);

class Recorder {
 public:
  // Bytes held by all recorders of the process, and their limit.
  struct Budget {
    std::atomic<uint64_t> held_bytes{0};
    uint64_t bytes_max = 512ull << 20;
  };
  Recorder(Budget* budget, uint64_t entry_bytes_max);
  ~Recorder();

  // The answer's head, once. Gives up at once if the announced length is too large.
  void OnHead(const http::ResponseHead& head, bool stream);
  // Sets the type if the answer's own Content-Type was missing or wrong.
  void set_content_type(std::string_view type) { entry_->content_type = type; }
  // Those of the head that are kept.
  http::FieldList* fields() { return &entry_->fields; }
  std::string_view content_type() const { return entry_->content_type; }
  // The frame that follows came at this time of a steady clock; what came when is then kept.
  void NoteTime(int64_t now_ms);
  void OnFrame(std::string_view bytes,
               const api::FrameVerdict& verdict);  // streams, in order; comments are skipped
  void OnBytes(std::string_view bytes);            // whole bodies, in order
  bool recording() const { return skip_ == SkipReason::kNone; }
  SkipReason skip() const { return skip_; }
  void GiveUp(SkipReason reason);
  std::string_view body() const;  // what was recorded so far (for the checks of whole bodies)
  void TellHead(http::FieldList* fields) const { cache::TellHead(*entry_, fields); }

  // The entry without its times, or nullptr if it gave up. Moves the bytes out.
  std::shared_ptr<Entry> Finish(const api::FrameVerdict& whole_spans);

 private:
  bool Reserve(uint64_t more);
  Budget* budget_;
  uint64_t entry_bytes_max_;
  uint64_t held_ = 0;
  SkipReason skip_ = SkipReason::kNone;
  std::shared_ptr<Entry> entry_;
  PaceWriter pace_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_RECORDER_H_
