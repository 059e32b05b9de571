// Which model names may become label values. Listed and configured names always may. If a worker
// accepts any name (models = ["*"]), clients choose them: names that a worker answered successfully
// are admitted up to kModelsMax, all others count as "other". Shared by all threads; any thread.
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
    // A refused name may be a client's guess, which must not use up a place.
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
