// How an Exchange reads a Fetch that it shares with others: at its own pace, from its own place in
// the FetchLog, wherever the Fetch runs. Speaks to its reader like a Fetch of its own. Owned by its
// Exchange; loop thread only.
#ifndef BANTO_PROXY_FETCH_SHARED_READING_H_
#define BANTO_PROXY_FETCH_SHARED_READING_H_

#include <cstdint>
#include <memory>

#include "proxy/fetch/answer_source.h"
#include "proxy/fetch/fetch_log.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/log_readers.h"
#include "proxy/fetch/thread_context.h"

namespace banto {

class SharedReading final : public AnswerSource, private LogReader {
 public:
  // `packaging`: what the reader asks for. If the log has another, it waits until the answer is
  // whole, to find it in the cache.
  SharedReading(ThreadContext* context, std::shared_ptr<FetchLog> log, SharedReader* reader,
                const LogPlace& place, Packaging packaging);
  ~SharedReading() override;

  // Reads what is there already; once, and again after Pause() by Resume().
  void Resume() override;
  void Pause() override { paused_ = true; }
  void Leave() override;
  bool queued() const override { return false; }
  const ops::FetchOutcome& outcome() const override { return outcome_; }
  ops::FetchOutcome TakeOutcome() override;
  int64_t next_sequence() const override { return log_->next_sequence(); }
  // How long its worker took; -1: it is not over.
  int64_t worker_us() const { return log_->worker_us(); }

 private:
  // LogReader
  void OnLogNews() override { Read(); }
  void OnGivenBack(std::unique_ptr<Fetch> fetch, FetchHead head) override;

  void Read();
  bool Tell(LogNews news);
  void TakeTimes();

  ThreadContext* const context_;
  const std::shared_ptr<FetchLog> log_;
  SharedReader* reader_;  // nullptr after Leave()
  LogPlace place_;
  bool paused_ = true;
  const int64_t joined_at_us_;
  ops::FetchOutcome outcome_;
  std::shared_ptr<LogReaders> readers_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_SHARED_READING_H_
