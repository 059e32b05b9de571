// The Redis tier against a real redis-server.
#include <gtest/gtest.h>

#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_server.h"

namespace banto::cache {
namespace {

std::string UrlOf(const RedisServer& server) { return "unix://" + server.socket(); }

std::string FirstKey(const RedisServer& server) {
  const std::string keys = server.Ask({"KEYS", "banto:3:*"});
  return keys.substr(0, keys.find('\n'));
}

TEST(RealRedis, StoredEntryIsFound) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("hello")), StoreResult::kStored);
  const LookupResult hit = rig.Find(KeyNumber(1));
  ASSERT_NE(hit.entry, nullptr);
  EXPECT_EQ(hit.tier, Tier::kRedis);
  EXPECT_EQ(hit.entry->body, "hello");
  EXPECT_EQ(rig.Find(KeyNumber(2)).entry, nullptr);
}

TEST(RealRedis, EveryWriteHasATtl) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(rig.Store(KeyNumber(i), *MakeEntry("x", 60'000)), StoreResult::kStored);
  }
  ASSERT_TRUE(rig.Until([&] { return rig.log.counts["set ok"] == 100; }));
  EXPECT_NE(server.Ask({"INFO", "keyspace"}).find("keys=100,expires=100"), std::string::npos);
  const int64_t ttl_ms = std::stoll(server.Ask({"PTTL", FirstKey(server)}));
  EXPECT_GT(ttl_ms, 0);
  EXPECT_LE(ttl_ms, 60'000);
}

TEST(RealRedis, ExpiredEntriesAreNotWritten) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Store(KeyNumber(1), *MakeEntry("x", -1)), StoreResult::kFailed);
  EXPECT_EQ(rig.Store(KeyNumber(1), *MakeEntry("x", 0)), StoreResult::kFailed);
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(2), *MakeEntry("y")), StoreResult::kStored);
  EXPECT_EQ(server.Ask({"DBSIZE"}), "1");
}

TEST(RealRedis, KeysCarryVersionEpochAndDigest) {
  RedisServer server;
  server.Ask({"SET", "banto:epoch", "41"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_EQ(FirstKey(server), "banto:3:41:" + KeyNumber(1).Hex());
}

TEST(RealRedis, ForeignAndDamagedValuesAreMisses) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  const std::string key = "banto:3:0:" + KeyNumber(1).Hex();
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  server.Ask({"SETRANGE", key, "40", "#"});
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  server.Ask({"SET", key, "{\"answer\":42}"});
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  server.Ask({"DEL", key});
  server.Ask({"LPUSH", key, "x"});
  for (int i = 0; i < 10; ++i) {  // WRONGTYPE does not mean that Redis is unwell
    EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  }
  EXPECT_FALSE(rig.redis->circuit_open());
}

TEST(RealRedis, AValueOfAnotherKeyIsNeverAnAnswer) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("secret")), StoreResult::kStored);
  server.Ask({"RENAME", "banto:3:0:" + KeyNumber(1).Hex(), "banto:3:0:" + KeyNumber(2).Hex()});
  const LookupResult result = rig.Find(KeyNumber(2));
  EXPECT_EQ(result.entry, nullptr);
  EXPECT_EQ(result.reason, MissReason::kEntryInvalid);
}

TEST(RealRedis, ComesBackAfterARestart) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  server.Stop();
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kCircuitOpen);
  server.Start();
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
  ASSERT_EQ(rig.log.states.size(), 3u);  // up, down, up: once per change
}

TEST(RealRedis, MayStartAfterUs) {
  RedisServer server;
  server.Stop();
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.size(), 1u);
  server.Start();
  EXPECT_TRUE(rig.UntilUp());
}

TEST(RealRedis, FrozenRedisIsAMissAndThenNotAskedAgain) {
  RedisServer server;
  RedisRig rig(UrlOf(server), 50);
  ASSERT_TRUE(rig.UntilUp());
  server.Freeze();
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  EXPECT_FALSE(rig.FindLater(KeyNumber(9)).has_value());  // at once
  EXPECT_EQ(rig.now.reason, MissReason::kCircuitOpen);
  server.Resume();
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
}

TEST(RealRedis, LargeValuesRoundTrip) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  std::string body(4 << 20, ' ');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry(body)), StoreResult::kStored);
  const LookupResult hit = rig.Find(KeyNumber(1));
  ASSERT_NE(hit.entry, nullptr);
  EXPECT_TRUE(hit.entry->body == body);
  EXPECT_EQ(rig.Store(KeyNumber(2), *MakeEntry(body + "x")), StoreResult::kTooLarge);
}

TEST(RealRedis, ManyInFlightLookupsEachGetTheirOwnReply) {
  RedisServer server;
  RedisRig rig(UrlOf(server), 20'000);
  ASSERT_TRUE(rig.UntilUp());
  constexpr int kCount = 500;
  for (int i = 0; i < kCount; ++i) {
    rig.Store(KeyNumber(i), *MakeEntry("body " + std::to_string(i) + std::string(i * 7, '.')));
  }
  ASSERT_TRUE(rig.Until([&] { return rig.log.counts["set ok"] == kCount; }));
  std::vector<std::unique_ptr<PendingLookup>> pending;
  int right = 0, answered = 0;
  for (int i = 0; i < kCount; ++i) {
    const std::string want = "body " + std::to_string(i) + std::string(i * 7, '.');
    pending.push_back(rig.redis->Find(
        KeyNumber(i),
        [&, want](const LookupResult& r) {
          ++answered;
          right += r.entry != nullptr && r.entry->body == want;
        },
        &rig.now));
    if (i % 5 == 4) pending[i - 2].reset();  // one in five is abandoned
  }
  ASSERT_TRUE(rig.Until([&] { return answered == kCount * 4 / 5; }));
  EXPECT_EQ(right, answered);
}

}  // namespace
}  // namespace banto::cache
