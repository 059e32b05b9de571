// The reading side of the Redis tier: maintains one connection, tracks the namespace epoch, and
// decides with a CircuitBreaker whether to use Redis at all. While the breaker is open, probes (a
// PING and the epoch, or a new connection) are sent with jittered back-off. Owned by a RedisCache;
// loop thread only.
#ifndef BANTO_CACHE_REDIS_LINK_H_
#define BANTO_CACHE_REDIS_LINK_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "cache/circuit_breaker.h"
#include "cache/redis_connection.h"

namespace banto::cache {

class RedisLinkUser {
 public:
  virtual void OnLinkUp() = 0;                     // the connection is ready for commands
  virtual void OnLinkDown(MissReason reason) = 0;  // the breaker opened; whatever waits is a miss
  virtual void OnEpoch(uint64_t epoch) = 0;        // the current one, changed or not
  virtual void OnLinkState(bool up, const std::string& why) = 0;

 protected:
  ~RedisLinkUser() = default;
};

class RedisLink final : public RedisConnectionOwner {
 public:
  RedisLink(const RedisContext* context, CacheObserver* observer, RedisLinkUser* user);
  ~RedisLink();

  bool open() const { return breaker_.open(); }
  // The connection for commands; nullptr if there is none.
  RedisConnection* ready();
  bool epoch_known() const { return epoch_known_; }
  uint64_t epoch() const { return epoch_; }
  // The outcome of a look-up.
  void CountSuccess() { breaker_.OnSuccess(); }
  void CountFailure(const std::string& why);
  // A look-up sent at `sent_us` is overdue: new ones would wait just as long. Unless its reply is
  // arriving right now (a long value over a slow line), the breaker opens.
  void CountOverdue(int64_t sent_us, const std::string& why);
  // Requests the epoch now, unless a request is in progress.
  void RefreshEpoch();
  // Starts the next epoch. `done` reports whether Redis accepted it, and if not, why.
  void NextEpoch(std::function<void(bool ok, const std::string& why)> done);

 private:
  // Routes a reply to our own commands to a member function.
  struct Reply final : RedisReplyHandler {
    using Method = void (RedisLink::*)(const RedisReply*, int64_t);
    Reply(RedisLink* l, Method m) : link(l), method(m) {}
    void OnReply(const RedisReply* reply, int64_t us) override { (link->*method)(reply, us); }
    RedisLink* link;
    Method method;
  };

  void OnRedisReady(uint64_t epoch) override;
  void OnRedisClosed(const std::string& why) override;
  void OnPing(const RedisReply* reply, int64_t us);
  void OnEpochReply(const RedisReply* reply, int64_t us);
  void OnNextEpoch(const RedisReply* reply, int64_t us);
  void Connect();
  void OnSlow();
  void Probe();
  void Down(const std::string& why, MissReason reason = MissReason::kStoreDown);
  void Up();
  void AskEpoch();
  void Adopt(uint64_t epoch);
  void ProbeLater();

  const RedisContext* context_;
  CacheObserver* observer_;
  RedisLinkUser* user_;
  CircuitBreaker breaker_;
  std::minstd_rand random_;
  std::unique_ptr<RedisConnection> connection_;
  size_t connects_ = 0;
  bool was_ready_ = false;   // the current connection was ready once
  bool ping_asked_ = false;  // a PING is unanswered
  bool ping_late_ = false;   // … and came too late to prove anything
  bool epoch_ok_ = false;    // the epoch was read since the probe began
  int epochs_asked_ = 0;     // unanswered GETs of the epoch
  bool epoch_known_ = false;
  uint64_t epoch_ = 0;
  std::deque<std::function<void(bool, const std::string&)>> purges_;
  Reply ping_reply_{this, &RedisLink::OnPing};
  Reply epoch_reply_{this, &RedisLink::OnEpochReply};
  Reply next_epoch_reply_{this, &RedisLink::OnNextEpoch};
  net::Timer connect_timer_, slow_timer_, probe_timer_, epoch_timer_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_LINK_H_
