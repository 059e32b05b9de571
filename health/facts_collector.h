// Collects what one worker reports about itself, page by page, and knows when to ask again and
// whether anything changed. Pure: its owner (WorkerWatch) sends the requests. Control loop only.
#ifndef BANTO_HEALTH_FACTS_COLLECTOR_H_
#define BANTO_HEALTH_FACTS_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "conf/config.h"
#include "health/engine_facts.h"
#include "health/http_get.h"

namespace banto::health {

class FactsCollector {
 public:
  static constexpr int64_t kEveryMs = 30'000, kEverySeldomMs = 600'000, kAfterFlipMs = 5'000;

  bool Due(int64_t now_ms) const { return now_ms >= due_ms_; }
  void DueAt(int64_t ms) { due_ms_ = ms < due_ms_ ? ms : due_ms_; }

  void Begin(api::WorkerKind kind);
  // The page to GET next; empty if all were requested. Paginated lists are followed to their end.
  std::string question() const;
  // Takes the answer; false if the worker did not answer, so that going on is useless.
  bool Take(const HttpGetResult& answer);
  // All pages were requested: true if facts() changed (or are the first).
  bool Finish(const conf::WorkerPath& path, int64_t now_ms, bool seldom);

  const EngineFacts& facts() const { return facts_; }
  bool any() const { return any_; }  // facts() were obtained at least once

 private:
  const char* page() const;
  bool ReadOn(const HttpGetResult& answer);

  EngineFacts facts_, new_facts_;
  size_t next_ = 0;    // index in the kind's pages
  std::string query_;  // selects the next part of this page
  int parts_ = 0;      // parts of this page read so far
  bool any_ = false;
  int64_t due_ms_ = 0;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_FACTS_COLLECTOR_H_
