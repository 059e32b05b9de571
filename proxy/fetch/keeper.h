// Stores an answer: records what an Attempt delivers and, if it is complete by the rules of its
// API, makes an Entry of it and stores that, or reports why not. Owned by its Fetch if the cache
// plan has a key; loop thread only.
#ifndef BANTO_PROXY_FETCH_KEEPER_H_
#define BANTO_PROXY_FETCH_KEEPER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "cache/cache.h"
#include "cache/recorder.h"
#include "proxy/api/answer_reader.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/http/message.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"

namespace banto {

// The longest answer to this that is kept.
uint64_t EntryBytesMax(const Question& question);

class Keeper {
 public:
  // A purge from now on wins over the later store. `question` must outlive it.
  Keeper(ThreadContext* context, const Question& question);

  // An answer begins. `content_type`: its real type, whatever its own head says; `age_ms`: since it
  // was requested.
  void Begin(const http::ResponseHead& head, bool stream, std::string_view content_type,
             int64_t age_ms);
  // … which is a translation, without what is `dropped`: hits say so too.
  void BeTranslated(std::string_view dropped);
  void OnFrame(std::string_view bytes, const api::FrameVerdict& verdict) {
    if (!recorder_) return;
    if (keeps_pace_) recorder_->NoteTime(context_->loop->NowMs());
    recorder_->OnFrame(bytes, verdict);
  }
  void OnBytes(std::span<const std::string_view> pieces);
  // The answer will not become complete.
  void GiveUp(cache::SkipReason reason);
  void GiveUp(api::Completeness found);
  // Another Attempt follows.
  void Drop() { recorder_.reset(); }
  // The answer is complete. `reader` has read it, if its dialect has rules; `worker_ms`: how long
  // it took. The outcome receives the result.
  void Store(api::AnswerReader* reader, bool transport_clean, int64_t worker_ms,
             ops::FetchOutcome* outcome);
  bool stored() const { return stored_; }
  bool recording() const { return recorder_ && recorder_->recording(); }
  // Whether Store() will have a whole read, and with it its usage.
  bool reads_whole() const { return recording() && !stream_ && !question_.cache.any_type; }
  // What was recorded, and the fields of its head that another request's answer has too.
  std::string_view so_far() const { return recorder_->body(); }
  void TellHead(http::FieldList* fields) const;

 private:
  const char* Keep(api::AnswerReader* reader, bool transport_clean, int64_t worker_ms,
                   const std::string& worker);
  cache::StoreResult StoreItems(std::shared_ptr<cache::Entry> entry);
  void SetTimes(int64_t now_ms, cache::Entry* entry) const;

  std::optional<cache::Recorder> recorder_;
  ThreadContext* const context_;
  const Question& question_;
  const cache::StoreTicket ticket_;
  const bool keeps_pace_;
  cache::Keeping keeping_;  // what the head allows
  bool stream_ = false;
  bool stored_ = false;
  cache::EntryPtr entry_;  // once the answer is complete
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_KEEPER_H_
