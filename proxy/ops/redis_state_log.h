// Logs one event whenever Redis fails, recovers or refuses writes, however many threads notice. Any
// thread.
#ifndef BANTO_PROXY_OPS_REDIS_STATE_LOG_H_
#define BANTO_PROXY_OPS_REDIS_STATE_LOG_H_

#include <mutex>
#include <string>

namespace banto::ops {

class RedisStateLog {
 public:
  // `why` is for people; it never contains a password.
  void Tell(bool up, const std::string& why);

 private:
  std::mutex mutex_;
  std::string last_;  // guarded by mutex_: what was logged last
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REDIS_STATE_LOG_H_
