// The pages of a simulated engine beside its answers: health, models, load figures, knobs.
#ifndef BANTO_PERF_SIM_WORKER_PAGES_H_
#define BANTO_PERF_SIM_WORKER_PAGES_H_

#include <string>
#include <string_view>

namespace banto::perf {

class Worker;

struct Page {
  int status = 0;  // 0: there is no such page
  std::string body;
  std::string_view type;  // empty: JSON as the engine writes it
};

// GET /health, /v1/models, /metrics, /slots, /version, /api/tags, /api/version, /info, /stats …
Page FindPage(Worker& worker, std::string_view method, std::string_view path);

// POST /ctl: {"fault":"cut","after_tokens":3,"share":0.1,"slots":4,"step_ms":28 …}; what is not
// named stays. The page says what is set now, or what was not understood (400).
Page Control(Worker& worker, std::string_view json);

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_PAGES_H_
