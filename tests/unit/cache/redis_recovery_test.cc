// How the Redis tier leaves an unwell Redis alone and recovers (llm-gateways.md D2, D3).
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_script.h"

namespace banto::cache {
namespace {

TEST(RedisRecovery, D2a_TheProbeIsAPing) {
  std::atomic<bool> sick{true};
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (sick && IsLookup(command)) return "-BUSY script\r\n";
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  for (int i = 0; i < 5; ++i) rig.Find(KeyNumber(i));
  ASSERT_TRUE(rig.redis->circuit_open());
  sick = false;
  const int gets = fake.commands("GET");
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(fake.commands("PING"), 1);
  EXPECT_EQ(fake.commands("GET"), gets + 1);  // the epoch, and no look-up
  EXPECT_EQ(fake.connections(), 1);
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
}

TEST(RedisRecovery, D2b_ALatePing_ProvesNothing) {
  std::atomic<bool> sick{true};
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (sick && IsLookup(command)) return "-BUSY script\r\n";
    if (sick && command[0] == "PING") return "";
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake), 50);
  ASSERT_TRUE(rig.UntilUp());
  for (int i = 0; i < 5; ++i) rig.Find(KeyNumber(i));
  ASSERT_TRUE(rig.Until([&] { return rig.log.counts["ping timeout"] > 0; }));
  EXPECT_TRUE(rig.redis->circuit_open());
  sick = false;  // the watchdog closes the hung connection; the next one works
  EXPECT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
}

TEST(RedisRecovery, D2b2_APauseIsOverWhenRedisAnswersAgain) {
  std::mutex paused;
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (IsLookup(command)) const std::lock_guard<std::mutex> wait(paused);
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake), 200);
  ASSERT_TRUE(rig.UntilUp());
  paused.lock();
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  EXPECT_TRUE(rig.redis->circuit_open());
  paused.unlock();
  // By the PING sent as it opened, not by a later one.
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(fake.commands("PING"), 1);
  EXPECT_EQ(fake.connections(), 1);
  EXPECT_EQ(rig.Find(KeyNumber(2)).reason, MissReason::kKeyNotFound);
}

TEST(RedisRecovery, D2b3_ARedisTooSlowForLookups_IsNotProbedEverFaster) {
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (IsLookup(command)) std::this_thread::sleep_for(std::chrono::milliseconds(150));
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake), 100);
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  const int pings = fake.commands("PING");
  EXPECT_EQ(rig.Find(KeyNumber(2)).reason, MissReason::kStoreTimeout);
  EXPECT_TRUE(rig.redis->circuit_open());
  EXPECT_EQ(fake.commands("PING"), pings);  // no look-up has succeeded since, so this time it waits
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
}

TEST(RedisRecovery, D2c_LookupsBeforeTheFirstConnection_Wait) {
  FakeRedis fake;
  RedisRig rig(UrlOf(fake));
  const auto result = rig.FindLater(KeyNumber(1));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->reason, MissReason::kKeyNotFound);
}

TEST(RedisRecovery, D3a_DestroyedLookups_AreNeverCalled) {
  FakeRedis fake;
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  bool called = false;
  auto pending = rig.redis->Find(
      KeyNumber(1), [&](const LookupResult&) { called = true; }, &rig.now);
  pending.reset();
  EXPECT_EQ(rig.Find(KeyNumber(2)).reason, MissReason::kKeyNotFound);
  EXPECT_FALSE(called);
}

TEST(RedisRecovery, D3b_ACallbackMayDestroyItsNeighbours) {
  FakeRedis fake([](int fd, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (!IsLookup(command)) return std::nullopt;
    FakeRedis::Reset(fd);
    return "";
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  std::vector<std::unique_ptr<PendingLookup>> pending;
  int called = 0;
  for (int i = 0; i < 10; ++i) {
    pending.push_back(rig.redis->Find(
        KeyNumber(i),
        [&](const LookupResult&) {
          ++called;
          pending.clear();
        },
        &rig.now));
  }
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(called, 1);
}

TEST(RedisRecovery, D3c_TheTierMayBeDestroyedDuringLookups) {
  FakeRedis fake(AnswersLookups(""));
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  bool called = false;
  const auto pending = rig.redis->Find(
      KeyNumber(1), [&](const LookupResult&) { called = true; }, &rig.now);
  rig.cache.reset();
  net::RunTurns(&rig.loop, 3);
  EXPECT_FALSE(called);
}

TEST(RedisRecovery, D3d_ALargeSetThatHangs_DelaysNoGet) {
  FakeRedis fake([](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (command[0] == "SET") return "";
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  const auto big = MakeEntry(std::string(4 << 20, 'x'));
  ASSERT_EQ(rig.Store(KeyNumber(1), *big), StoreResult::kStored);
  EXPECT_EQ(rig.Find(KeyNumber(2)).reason, MissReason::kKeyNotFound);
  EXPECT_EQ(fake.connections(), 2);
}

TEST(RedisRecovery, D3e_SetsThatCannotBeSent_AreDroppedAndCounted) {
  std::mutex reading;
  reading.lock();
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (command[0] == "SET") const std::lock_guard<std::mutex> wait(reading);  // stops reading
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  const auto big = MakeEntry(std::string(4 << 20, 'x'));
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    refused += rig.Store(KeyNumber(i), *big) == StoreResult::kFailed;
    net::RunTurns(&rig.loop, 2);
  }
  EXPECT_GE(refused, 10);
  EXPECT_EQ(rig.log.counts["set skipped"], refused);
  reading.unlock();
}

TEST(RedisRecovery, D2d_AfterAFailover_ANewConnectionIsTried) {
  std::atomic<int> first{0};
  FakeRedis fake([&](int fd, const FakeRedis::Command& command) -> std::optional<std::string> {
    int none = 0;
    first.compare_exchange_strong(none, fd);
    const bool demoted = fd == first && (IsLookup(command) || command[0] == "PING");
    if (demoted) return "-NOAUTH Authentication required.\r\n";
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  for (int i = 0; i < 5; ++i) rig.Find(KeyNumber(i));
  ASSERT_TRUE(rig.redis->circuit_open());
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kKeyNotFound);
  EXPECT_EQ(fake.connections(), 2);
}

TEST(RedisRecovery, D2e_AfterAFailover_WritesTryANewConnection) {
  std::atomic<int> sets{0};
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (command[0] == "SET" && ++sets == 1) return "-READONLY replica\r\n";
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  rig.StoreAndWait(KeyNumber(1), *MakeEntry("x"));
  EXPECT_EQ(rig.log.states.back(), "up writes refused: READONLY replica");
  ASSERT_TRUE(rig.Until([&] {
    rig.Store(KeyNumber(2), *MakeEntry("x"));
    return rig.log.counts["set ok"] > 0;
  }));
  EXPECT_EQ(fake.connections(), 3);  // one for GETs, two for SETs
  EXPECT_EQ(rig.log.states.size(), 3u);
}

TEST(RedisRecovery, D3f_NamesAreResolved) {
  FakeRedis fake;
  RedisRig rig("redis://localhost:" + std::to_string(fake.port()));
  EXPECT_TRUE(rig.UntilUp());
}

}  // namespace
}  // namespace banto::cache
