// The pages of a simulated engine besides its answers: health, models, load, controls.
#ifndef BANTO_PERF_SIM_WORKER_PAGES_H_
#define BANTO_PERF_SIM_WORKER_PAGES_H_

#include <string>
#include <string_view>

namespace banto::perf {

class Worker;

struct Page {
  int status = 0;  // 0: no such page
  std::string body;
  std::string_view type;  // empty: JSON with the engine's own type
};

// GET /health, /v1/models, /metrics, /slots, /version, /api/tags, /api/version, /info, /stats …
Page FindPage(Worker& worker, std::string_view method, std::string_view path);

// POST /ctl:
// {"fault":"cut","after_tokens":3,"share":0.1,"slots":4,"step_ms":28,"factor":2,"crash_ms":5000 …};
// absent members stay as they are. Returns the current settings, or what was not understood (400).
Page Control(Worker& worker, std::string_view json);

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_PAGES_H_
