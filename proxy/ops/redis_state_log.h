// One line in the event log whenever Redis goes, comes back or refuses writes, however many threads
// see it. Any thread.
#ifndef BANTO_PROXY_OPS_REDIS_STATE_LOG_H_
#define BANTO_PROXY_OPS_REDIS_STATE_LOG_H_

#include <mutex>
#include <string>

namespace banto::ops {

class RedisStateLog {
 public:
  // `why` in words; never holds a password.
  void Tell(bool up, const std::string& why);

 private:
  std::mutex mutex_;
  std::string last_;  // guarded by mutex_: what was told last
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REDIS_STATE_LOG_H_
