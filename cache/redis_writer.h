// The writing side of the Redis tier: SETs on a connection of their own, so that a GET never waits
// behind an outgoing 4 MB answer. Nothing waits for them; what cannot be sent soon is dropped and
// counted. A Redis that refuses writes (READONLY, OOM, MISCONF) is spared writes for a while; GETs
// continue. Owned by a RedisCache; loop thread only.
#ifndef BANTO_CACHE_REDIS_WRITER_H_
#define BANTO_CACHE_REDIS_WRITER_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "cache/cache.h"
#include "cache/circuit_breaker.h"
#include "cache/redis_connection.h"

namespace banto::cache {

class RedisWriterUser {
 public:
  // On changes only: why Redis refuses writes; empty: it accepts them again.
  virtual void OnWritesRefused(const std::string& why) = 0;

 protected:
  ~RedisWriterUser() = default;
};

class RedisWriter final : public RedisConnectionOwner, public RedisReplyHandler {
 public:
  RedisWriter(const RedisContext* context, CacheObserver* observer, RedisWriterUser* user);
  ~RedisWriter();

  // SET key value PX ttl_ms. kStored: sent or queued.
  StoreResult Write(std::string_view key, std::string_view value, int64_t ttl_ms);

 private:
  void OnRedisReady(uint64_t epoch) override;
  void OnRedisClosed(const std::string& why) override;
  void OnReply(const RedisReply* reply, int64_t us) override;
  void Count(const char* result, int64_t us);
  void Rest();

  const RedisContext* context_;
  CacheObserver* observer_;
  RedisWriterUser* user_;
  const uint64_t output_bytes_max_;
  std::minstd_rand random_;
  CircuitBreaker pace_;  // used only for the back-off after a failure
  int64_t rest_until_ms_ = 0;
  std::string refused_;  // the error code with which SETs currently fail
  std::unique_ptr<RedisConnection> connection_;
  size_t connects_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_WRITER_H_
