// The program's own choice of a worker (proxy/upstream), in model time: its policies, its counting
// and its guards, with workers that exist only as a name and a number. The only place that knows
// them.
#ifndef BANTO_PERF_SIMULATOR_ROUTER_H_
#define BANTO_PERF_SIMULATOR_ROUTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "perf/engine/engine_costs.h"
#include "perf/engine/kv_memory.h"
#include "perf/trace/trace.h"
#include "proxy/upstream/admission.h"
#include "proxy/upstream/prefix_index.h"
#include "proxy/upstream/worker_group.h"

namespace banto::perf {

class Router {
 public:
  // What one request holds of its worker, until it is destroyed.
  class Hold {
   public:
    size_t worker() const { return worker_; }
    void FirstToken(int64_t now_ms);
    // Its answer is over and says how many tokens of its prompt were found in memory.
    void End(int64_t prompt_tokens, int64_t cached_tokens);

   private:
    friend class Router;
    upstream::InFlight slot_;
    int64_t picked_ms_ = 0;
    size_t worker_ = 0;
  };

  Router(conf::Policy policy, const std::vector<EngineCosts>& workers, int64_t assumed_kv);
  Hold Pick(const TracedRequest& request, Chain chain, int64_t now_ms);

 private:
  const std::shared_ptr<upstream::PrefixIndex> prefixes_ =
      std::make_shared<upstream::PrefixIndex>();
  upstream::WorkerGroup group_;
  std::unordered_map<const upstream::Worker*, size_t> numbers_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIMULATOR_ROUTER_H_
