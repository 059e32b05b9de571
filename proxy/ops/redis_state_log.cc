#include "proxy/ops/redis_state_log.h"

#include "proxy/ops/event_log.h"

namespace banto::ops {

void RedisStateLog::Tell(bool up, const std::string& why) {
  std::string now = up ? "redis is up" : "redis is not used";
  if (!why.empty()) now += ": " + why;
  {
    const std::lock_guard lock(mutex_);
    if (now == last_) return;
    last_ = now;
  }
  const bool well = up && why.empty();
  LogEvent(well ? conf::Log::Level::kInfo : conf::Log::Level::kWarn, now);
}

}  // namespace banto::ops
