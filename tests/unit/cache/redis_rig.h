// A Redis tier on the test's own loop, and what its observer was told.
#ifndef BANTO_TESTS_UNIT_CACHE_REDIS_RIG_H_
#define BANTO_TESTS_UNIT_CACHE_REDIS_RIG_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "cache/memory_cache.h"
#include "cache/redis_cache.h"
#include "cache/wall_clock.h"
#include "tests/unit/net/loop_util.h"

namespace banto::cache {

class ObserverLog final : public CacheObserver {
 public:
  void OnRedisOperation(const char* operation, const char* result, int64_t) override {
    ++counts[std::string(operation) + " " + result];
  }
  void OnRedisState(bool up, bool open, const std::string& why) override {
    states.push_back(std::string(up ? "up" : "down") + (open ? " open " : " ") + why);
  }
  bool up() const { return !states.empty() && states.back().substr(0, 2) == "up"; }
  std::map<std::string, int> counts;
  std::vector<std::string> states;
};

inline CacheKey KeyNumber(uint64_t n) {
  CacheKey key;
  for (size_t i = 0; i < key.digest.size(); ++i) {
    n = n * 6364136223846793005ull + 1442695040888963407ull;
    key.digest[i] = static_cast<uint8_t>(n >> 56);
  }
  return key;
}

inline std::shared_ptr<Entry> MakeEntry(const std::string& body, int64_t ttl_ms = 60'000) {
  auto entry = std::make_shared<Entry>();
  entry->content_type = "application/json";
  entry->body = body;
  entry->model = "m";
  entry->stored_at_ms = WallMs();
  entry->expires_at_ms = entry->stored_at_ms + ttl_ms;
  return entry;
}

// A URL as text, and the credentials that a Unix socket's URL cannot carry.
struct Target {
  Target(const std::string& u, std::string name = "", std::string secret = "")  // NOLINT
      : user(std::move(name)), password(std::move(secret)) {
    std::string error;
    EXPECT_TRUE(net::ParseUrl(u, &url, &error)) << error;
    if (!password.empty()) {
      url.user = user;
      url.password = password;
    }
  }
  net::Url url;
  std::string user, password;
};

// Members are public: this is a test bench, not an abstraction.
struct RedisRig {
  explicit RedisRig(const Target& target, int64_t timeout_ms = 5000, uint64_t bytes_max = 4 << 20,
                    net::TlsContext* tls = nullptr) {
    RedisSettings settings;
    settings.url = target.url;
    settings.timeout_ms = timeout_ms;
    settings.reply_bytes_max = bytes_max;
    auto tier = std::make_unique<RedisCache>(&loop, &resolver, tls, settings, &log);
    redis = tier.get();
    cache = std::make_unique<Cache>(&loop, &memory, std::move(tier));
  }

  bool Until(const std::function<bool()>& done) { return net::RunUntil(&loop, done); }
  bool UntilUp() {
    return Until([this] { return log.up(); });
  }
  // Queries the Redis tier and waits; nullopt: it was answered immediately, in `now`.
  std::optional<LookupResult> FindLater(const CacheKey& key) {
    std::optional<LookupResult> result;
    const auto pending = redis->Find(
        key, [&](const LookupResult& r) { result = r; }, &now);
    if (pending == nullptr) return std::nullopt;
    EXPECT_FALSE(result.has_value()) << "called back from within Find";
    EXPECT_TRUE(Until([&] { return result.has_value(); }));
    return result;
  }
  LookupResult Find(const CacheKey& key) {
    const auto result = FindLater(key);
    return result ? *result : now;
  }
  StoreResult Store(const CacheKey& key, const Entry& entry) {
    return redis->Store(key, entry, redis->epoch());
  }
  // Stores and waits until Redis has answered every SET so far.
  StoreResult StoreAndWait(const CacheKey& key, const Entry& entry) {
    const int before = log.counts["set ok"] + log.counts["set error"];
    const StoreResult result = Store(key, entry);
    if (result != StoreResult::kStored) return result;
    EXPECT_TRUE(Until([&] { return log.counts["set ok"] + log.counts["set error"] > before; }));
    return result;
  }

  ObserverLog log;
  net::EventLoop loop;
  net::Resolver resolver;
  MemoryCache memory{64 << 20};
  RedisCache* redis;
  std::unique_ptr<Cache> cache;
  LookupResult now;
};

}  // namespace banto::cache

#endif  // BANTO_TESTS_UNIT_CACHE_REDIS_RIG_H_
