// Which model names may become label values. A name that is listed or configured always may. Where
// a worker takes any name (models = ["*"]), clients choose them: those that a worker answered well
// are let in until kModelsMax, the rest is "other". Shared by all threads; any thread.
#ifndef BANTO_PROXY_OPS_MODEL_NAMES_H_
#define BANTO_PROXY_OPS_MODEL_NAMES_H_

#include <mutex>
#include <set>
#include <string>

#include "proxy/ops/exchange_record.h"

namespace banto::ops {

class ModelNames {
 public:
  explicit ModelNames(size_t names_max) : names_max_(names_max) {}

  bool Admits(const ExchangeRecord& record) {
    if (record.model_known || record.model.empty()) return true;
    // A refused name was only a client's guess: it must not use up a place.
    if (record.fetch.attempts.empty() || record.status >= 300) return false;
    const std::lock_guard lock(mutex_);
    if (names_.find(record.model) != names_.end()) return true;
    if (names_.size() == names_max_) return false;
    names_.emplace(record.model);
    return true;
  }

 private:
  const size_t names_max_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> names_;  // guarded by mutex_
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_MODEL_NAMES_H_
