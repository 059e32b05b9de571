// The Redis tier against a real redis-server.
#include <gtest/gtest.h>

#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_server.h"

namespace banto::cache {
namespace {

std::string UrlOf(const RedisServer& server) { return "unix://" + server.socket(); }

std::string FirstKey(const RedisServer& server) {
  const std::string keys = server.Ask({"KEYS", "banto:1:*"});
  return keys.substr(0, keys.find('\n'));
}

TEST(RealRedis, WhatIsStoredIsFound) {
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

TEST(RealRedis, EveryWriteCarriesItsTtl) {
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

TEST(RealRedis, WhatHasExpiredIsNotWritten) {
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
  EXPECT_EQ(FirstKey(server), "banto:1:41:" + KeyNumber(1).Hex());
}

TEST(RealRedis, ForeignAndDamagedValuesAreMisses) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  const std::string key = "banto:1:0:" + KeyNumber(1).Hex();
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  server.Ask({"SETRANGE", key, "40", "#"});
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  server.Ask({"SET", key, "{\"answer\":42}"});
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  server.Ask({"DEL", key});
  server.Ask({"LPUSH", key, "x"});
  for (int i = 0; i < 10; ++i) {  // WRONGTYPE is no sign of a sick Redis
    EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
  }
  EXPECT_FALSE(rig.redis->circuit_open());
}

TEST(RealRedis, AValueOfAnotherKeyIsNeverAnAnswer) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("secret")), StoreResult::kStored);
  server.Ask({"RENAME", "banto:1:0:" + KeyNumber(1).Hex(), "banto:1:0:" + KeyNumber(2).Hex()});
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

TEST(RealRedis, FrozenIsAMissAndThenNoLongerAsked) {
  RedisServer server;
  RedisRig rig(UrlOf(server), 50);
  ASSERT_TRUE(rig.UntilUp());
  server.Freeze();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rig.Find(KeyNumber(i)).reason, MissReason::kStoreTimeout);
  }
  EXPECT_FALSE(rig.FindLater(KeyNumber(9)).has_value());  // at once
  EXPECT_EQ(rig.now.reason, MissReason::kCircuitOpen);
  server.Resume();
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
}

TEST(RealRedis, PasswordLogsIn) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(Target(UrlOf(server), "", "s3cret"));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(rig.Find(KeyNumber(1)).entry, nullptr);
}

TEST(RealRedis, UserAndPasswordLogIn) {
  RedisServer server;
  server.Ask({"ACL", "SETUSER", "banto", "on", ">s3cret", "~banto:*", "+get", "+set", "+incr"});
  RedisRig rig(Target(UrlOf(server), "banto", "s3cret"));
  ASSERT_TRUE(rig.UntilUp());  // although CLIENT SETNAME is refused
  EXPECT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(rig.Find(KeyNumber(1)).entry, nullptr);
}

TEST(RealRedis, WrongPasswordIsExplained) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(Target(UrlOf(server), "", "guess"));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kCircuitOpen);
  EXPECT_EQ(rig.log.states.at(0).substr(0, 19), "down open WRONGPASS");
  EXPECT_EQ(rig.log.states.at(0).find("guess"), std::string::npos);
}

TEST(RealRedis, MissingPasswordIsExplained) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).substr(0, 16), "down open NOAUTH");
}

TEST(RealRedis, DatabaseFromTheUrl) {
  RedisServer server;
  RedisRig rig(UrlOf(server) + "?db=3");
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(server.Ask({"INFO", "keyspace"}).find("db3:keys=1"), std::string::npos);
}

TEST(RealRedis, NoEvictionFull_OnlyWritesFail) {
  RedisServer server({"--maxmemory", "1mb", "--maxmemory-policy", "noeviction"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  rig.StoreAndWait(KeyNumber(1), *MakeEntry(std::string(2 << 20, 'x')));
  rig.StoreAndWait(KeyNumber(2), *MakeEntry(std::string(2 << 20, 'x')));
  EXPECT_EQ(rig.log.states.back().substr(0, 22), "up writes refused: OOM");
  EXPECT_EQ(rig.Store(KeyNumber(3), *MakeEntry("x")), StoreResult::kFailed);  // not even sent
  EXPECT_FALSE(rig.redis->circuit_open());
  EXPECT_NE(rig.Find(KeyNumber(3)).reason, MissReason::kStoreDown);
  server.Ask({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(rig.Until([&] {
    rig.Store(KeyNumber(4), *MakeEntry("x"));
    return rig.log.counts["set ok"] > 0;
  }));
  EXPECT_EQ(rig.log.states.back(), "up ");
}

TEST(RealRedis, ReadOnlyReplica_OnlyWritesFail) {
  RedisServer server({"--replicaof", "127.0.0.1", "1"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  rig.StoreAndWait(KeyNumber(1), *MakeEntry("x"));
  EXPECT_EQ(rig.log.states.back().substr(0, 27), "up writes refused: READONLY");
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
  bool told = false;
  rig.redis->Purge([&](bool ok, const std::string& why) {
    EXPECT_FALSE(ok);
    EXPECT_EQ(why.substr(0, 8), "READONLY");
    told = true;
  });
  EXPECT_TRUE(rig.Until([&] { return told; }));
}

TEST(RealRedis, ReplicaWithoutMasterIsDown) {
  RedisServer server({"--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "no"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).substr(0, 20), "down open MASTERDOWN");
}

TEST(RealRedis, LargeValuesComeBackWhole) {
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

TEST(RealRedis, ManyInFlightEachGetTheirOwn) {
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
    if (i % 5 == 4) pending[i - 2].reset();  // one in five leaves
  }
  ASSERT_TRUE(rig.Until([&] { return answered == kCount * 4 / 5; }));
  EXPECT_EQ(right, answered);
}

TEST(RealRedis, APurgeIsForAllReplicas) {
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

TEST(RealRedis, APurgeBeatsWritersUnderWay) {
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

TEST(RealRedis, AHitIsCopiedToMemoryWithTheSameExpiry) {
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

TEST(RealRedis, AnEpochUnknownWhenTheRequestBeganIsNotStored) {
  RedisServer server;
  RedisRig rig(UrlOf(server));
  const StoreTicket ticket = rig.cache->BeginStore();  // before the connection is there
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.redis->Store(KeyNumber(1), *MakeEntry("x"), ticket.redis_epoch),
            StoreResult::kStoreDown);
}

}  // namespace
}  // namespace banto::cache
