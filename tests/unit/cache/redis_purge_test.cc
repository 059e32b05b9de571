// Both tiers and the namespace epoch, against a real redis-server.
#include <gtest/gtest.h>

#include "cache/path_epochs.h"
#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_server.h"

namespace banto::cache {
namespace {

std::string UrlOf(const RedisServer& server) { return "unix://" + server.socket(); }

TEST(RedisPurge, PurgeReachesAllReplicas) {
  RedisServer server;
  RedisRig one(UrlOf(server)), two(UrlOf(server));
  ASSERT_TRUE(one.UntilUp());
  ASSERT_TRUE(two.UntilUp());
  const CacheKey key = KeyNumber(1);
  two.cache->Store(key, MakeEntry("old"), two.cache->BeginStore());
  ASSERT_TRUE(two.Until([&] { return two.log.counts["set ok"] == 1; }));
  MissReason reason;
  ASSERT_NE(two.cache->FindInMemory(key, &reason), nullptr);
  bool purged = false;
  one.cache->Purge([&](bool ok, const std::string&) { purged = ok; });
  ASSERT_TRUE(one.Until([&] { return purged; }));
  EXPECT_EQ(one.Find(key).entry, nullptr);
  const uint64_t before = two.redis->epoch();
  ASSERT_TRUE(two.Until([&] { return two.redis->epoch() != before; }));  // by its own refresh
  EXPECT_EQ(two.cache->FindInMemory(key, &reason), nullptr);
  EXPECT_EQ(two.Find(key).entry, nullptr);
}

TEST(RedisPurge, PurgeBeatsWritesInProgress) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  const StoreTicket ticket = rig.cache->BeginStore();
  bool purged = false;
  rig.cache->Purge([&](bool ok, const std::string&) { purged = ok; });
  ASSERT_TRUE(rig.Until([&] { return purged; }));
  EXPECT_EQ(rig.cache->Store(KeyNumber(1), MakeEntry("old"), ticket), StoreResult::kPurged);
  EXPECT_EQ(rig.redis->Store(KeyNumber(1), *MakeEntry("old"), ticket.redis_epoch),
            StoreResult::kPurged);
  EXPECT_EQ(rig.Find(KeyNumber(1)).entry, nullptr);
}

TEST(RedisPurge, AHitIsCopiedToMemoryWithTheSameExpiry) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  const CacheKey key = KeyNumber(1);
  const auto entry = MakeEntry("x", 30'000);
  ASSERT_EQ(rig.StoreAndWait(key, *entry), StoreResult::kStored);
  MissReason reason;
  ASSERT_EQ(rig.cache->FindInMemory(key, &reason), nullptr);
  bool done = false;
  const auto pending = rig.cache->FindInRedis(
      key, [&](const LookupResult&) { done = true; }, &rig.now);
  ASSERT_TRUE(rig.Until([&] { return done; }));
  const EntryPtr copy = rig.cache->FindInMemory(key, &reason);
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->expires_at_ms, entry->expires_at_ms);
}

// Two processes with routes, reduced to their path epochs.
struct Replica {
  explicit Replica(const RedisServer& server) : rig(UrlOf(server)) {
    rig.cache = std::make_unique<Cache>(
        &rig.loop, &rig.memory,
        std::make_unique<RedisCache>(&rig.loop, &rig.resolver, nullptr, Settings(server), &rig.log),
        &paths);
  }
  static RedisSettings Settings(const RedisServer& server) {
    RedisSettings settings;
    settings.url = Target(UrlOf(server)).url;
    settings.timeout_ms = 5000;
    return settings;
  }
  uint64_t Epoch() const { return rig.cache->PathEpoch("GET", "/items"); }
  PathEpochs paths;
  RedisRig rig;
};

TEST(RedisPurge, WriteToAPathReachesReplicasAndSurvivesARestart) {
  RedisServer server;
  Replica one(server), two(server);
  ASSERT_TRUE(one.rig.UntilUp());
  ASSERT_TRUE(two.rig.UntilUp());
  EXPECT_EQ(two.Epoch(), 0u);
  one.rig.cache->ForgetPath("GET", "/items");
  EXPECT_NE(one.Epoch(), 0u);
  ASSERT_TRUE(one.rig.Until([&] { return one.paths.Unsaved().empty(); }));
  ASSERT_TRUE(two.rig.Until([&] { return two.Epoch() != 0; }));  // by its own refresh
  Replica restarted(server);
  ASSERT_TRUE(restarted.rig.Until([&] { return restarted.Epoch() == two.Epoch(); }));
  ASSERT_TRUE(one.rig.Until([&] { return one.Epoch() == two.Epoch(); }));
  EXPECT_EQ(one.rig.cache->PathEpoch("GET", "/others"), 0u);
}

TEST(RedisPurge, WriteWhileRedisIsDownIsSentWhenItIsBack) {
  RedisServer server;
  Replica one(server), two(server);
  one.rig.cache->ForgetPath("GET", "/items");  // not connected yet
  ASSERT_TRUE(one.rig.Until([&] { return one.paths.Unsaved().empty(); }));
  ASSERT_TRUE(two.rig.Until([&] { return two.Epoch() != 0; }));
}

TEST(RedisPurge, AnEpochUnknownWhenTheRequestBeganIsNotStored) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  const StoreTicket ticket = rig.cache->BeginStore();  // before the connection is there
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.redis->Store(KeyNumber(1), *MakeEntry("x"), ticket.redis_epoch),
            StoreResult::kStoreDown);
}

}  // namespace
}  // namespace banto::cache
