// The Redis tier against everything that can go wrong with Redis (llm-gateways.md D1).
#include <gtest/gtest.h>

#include <future>

#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_script.h"

namespace banto::cache {
namespace {

TEST(RedisFaults, D1a_DownAtStart_IsAMissAtOnce) {
  uint16_t port;
  {
    FakeRedis gone;
    port = gone.port();
  }
  RedisRig rig("redis://127.0.0.1:" + std::to_string(port));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreDown);
  EXPECT_FALSE(rig.FindLater(KeyNumber(1)).has_value());
  EXPECT_EQ(rig.now.reason, MissReason::kCircuitOpen);
  EXPECT_EQ(rig.Store(KeyNumber(1), *MakeEntry("x")), StoreResult::kCircuitOpen);
  EXPECT_EQ(rig.log.states.size(), 1u);
}

TEST(RedisFaults, D1b_HungRedis_CostsOneTimeoutThenNothing) {
  FakeRedis hung([](int, const FakeRedis::Command&) { return ""; });
  RedisRig rig(UrlOf(hung), 50);
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(rig.FindLater(KeyNumber(i)).has_value());
    ASSERT_EQ(rig.now.reason, MissReason::kCircuitOpen);
  }
}

TEST(RedisFaults, D1c_HungAfterTheHandshake_ManyWaitOneTimeoutThenNothing) {
  FakeRedis hung(AnswersLookups(""));
  RedisRig rig(UrlOf(hung), 50);
  ASSERT_TRUE(rig.UntilUp());
  std::vector<std::unique_ptr<PendingLookup>> pending;
  int timeouts = 0;
  for (int i = 0; i < 20; ++i) {
    pending.push_back(rig.redis->Find(
        KeyNumber(i),
        [&](const LookupResult& r) { timeouts += r.reason == MissReason::kStoreTimeout; },
        &rig.now));
  }
  ASSERT_TRUE(rig.Until([&] { return timeouts == 20; }));
  EXPECT_FALSE(rig.FindLater(KeyNumber(1)).has_value());
  EXPECT_EQ(rig.now.reason, MissReason::kCircuitOpen);
}

TEST(RedisFaults, D1c2_OneOverdueLookup_OpensTheBreakerAtOnce) {
  FakeRedis hung(AnswersLookups(""));
  RedisRig rig(UrlOf(hung), 50);
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  EXPECT_FALSE(rig.FindLater(KeyNumber(2)).has_value());
  EXPECT_EQ(rig.now.reason, MissReason::kCircuitOpen);
  EXPECT_EQ(rig.log.states.back(), "down open no answer within 50 ms");
}

TEST(RedisFaults, D1c3_ALongValueStillArriving_IsNotAHangUntilItStops) {
  std::promise<void> over;
  const std::shared_future<void> whole = over.get_future().share();
  FakeRedis slow([&](int fd, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (!IsLookup(command)) return std::nullopt;
    FakeRedis::Say(fd, "$1000000\r\n" + std::string(500'000, 'x'));
    whole.wait();
    return "";
  });
  RedisRig rig(UrlOf(slow), 100);
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  EXPECT_FALSE(rig.redis->circuit_open());
  EXPECT_EQ(rig.Find(KeyNumber(2)).reason,
            MissReason::kStoreTimeout);  // not a byte in the meantime
  EXPECT_TRUE(rig.redis->circuit_open());
  over.set_value();
}

TEST(RedisFaults, D1d_HalfAReplyThenReset_IsAMiss) {
  FakeRedis fake([](int fd, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (!IsLookup(command)) return std::nullopt;
    FakeRedis::Say(fd, "$100\r\nhalf of");
    FakeRedis::Reset(fd);
    return "";
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreDown);
  // A connection that dies young opens the breaker: no reconnect storm.
  EXPECT_TRUE(rig.redis->circuit_open());
}

TEST(RedisFaults, D1e_GarbageBytes_CloseTheConnection) {
  for (const std::string bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "\x16\x03\x01", "$abc\r\n", "$-2\r\n", ":12x\r\n",
        "!\r\n", "$9223372036854775807\r\n", "\r\n\r\n"}) {
    FakeRedis fake(AnswersLookups(bytes));
    RedisRig rig(UrlOf(fake), 200);
    ASSERT_TRUE(rig.UntilUp());
    const LookupResult result = rig.Find(KeyNumber(1));
    EXPECT_EQ(result.entry, nullptr) << bytes;
    EXPECT_TRUE(result.reason == MissReason::kStoreDown ||
                result.reason == MissReason::kStoreTimeout)
        << bytes;
  }
}

TEST(RedisFaults, D1f_AnUnsolicitedReply_ShiftsNothing) {
  FakeRedis fake([](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (command[0] == "CLIENT") return "+OK\r\n$-1\r\n";  // one reply too many
    return std::nullopt;
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.back(), "down open an unsolicited reply");
}

TEST(RedisFaults, D1g_AShiftedReply_IsNeverAnAnswer) {
  // Every look-up is answered with the valid, complete entry of key 7.
  const CacheKey seven = KeyNumber(7);
  const std::string_view bytes(reinterpret_cast<const char*>(seven.digest.data()), 32);
  const std::string value = EncodeEntry(*MakeEntry("seven's"), bytes);
  FakeRedis fake(AnswersLookups(FakeRedis::Bulk(value)));
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_NE(rig.Find(seven).entry, nullptr);
  EXPECT_EQ(rig.Find(KeyNumber(8)).entry, nullptr);
  EXPECT_EQ(rig.Find(KeyNumber(8)).reason, MissReason::kEntryInvalid);
}

TEST(RedisFaults, D1h_AnArrayBomb_IsRefusedBeforeItIsBuilt) {
  for (const char* bomb : {"*2147483647\r\n", "*1\r\n*1\r\n*1\r\n", "*-1\r\n", "*0\r\n"}) {
    FakeRedis fake(AnswersLookups(bomb));
    RedisRig rig(UrlOf(fake), 500);
    ASSERT_TRUE(rig.UntilUp());
    const LookupResult result = rig.Find(KeyNumber(1));
    EXPECT_EQ(result.entry, nullptr);
    EXPECT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); })) << bomb;
  }
}

TEST(RedisFaults, D1i_AHugeValue_ClosesTheConnection) {
  FakeRedis fake([](int fd, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (!IsLookup(command)) return std::nullopt;
    FakeRedis::Say(fd, "$500000000\r\n");
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 64; ++i) FakeRedis::Say(fd, piece);
    return "";
  });
  RedisRig rig(UrlOf(fake), 10'000, 64 << 10);
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreDown);
  EXPECT_EQ(rig.log.states.back(), "down open bad reply: a reply larger than allowed");
}

TEST(RedisFaults, D1j_AnAnswerOfTheWrongKind_ClosesTheConnection) {
  for (const char* answer : {":1\r\n", "+OK\r\n"}) {
    FakeRedis fake(AnswersLookups(answer));
    RedisRig rig(UrlOf(fake));
    ASSERT_TRUE(rig.UntilUp());
    EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kEntryInvalid);
    EXPECT_TRUE(rig.redis->circuit_open());
  }
}

TEST(RedisFaults, D1k_LateReplies_StayMatched) {
  // The first look-up's reply is held back until the next command, which is the probe.
  std::string held;
  FakeRedis fake([&](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (!IsLookup(command)) return std::exchange(held, "") + FakeRedis::Polite(command);
    const bool first = command[1].ends_with(KeyNumber(1).Hex());
    const CacheKey key = KeyNumber(first ? 1 : 2);
    const std::string_view bytes(reinterpret_cast<const char*>(key.digest.data()), 32);
    const std::string reply =
        FakeRedis::Bulk(EncodeEntry(*MakeEntry(first ? "one" : "two"), bytes));
    if (first) held = reply;
    return first ? "" : reply;
  });
  RedisRig rig(UrlOf(fake), 200);
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kStoreTimeout);
  ASSERT_TRUE(rig.Until([&] { return !rig.redis->circuit_open(); }));
  const LookupResult second = rig.Find(KeyNumber(2));
  ASSERT_NE(second.entry, nullptr);
  EXPECT_EQ(second.entry->body, "two");
  EXPECT_EQ(fake.connections(), 1);  // one late reply does not cost the connection
}

TEST(RedisFaults, D1l_MaxClients_IsExplained) {
  FakeRedis fake(nullptr, [](int fd) {
    FakeRedis::Say(fd, "-ERR max number of clients reached\r\n");
    shutdown(fd, SHUT_WR);
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0), "down open ERR max number of clients reached");
}

TEST(RedisFaults, D1m_Loading_IsDownUntilItHasLoaded) {
  std::atomic<bool> loaded{false};
  FakeRedis fake([&](int, const FakeRedis::Command&) -> std::optional<std::string> {
    if (loaded) return std::nullopt;
    return "-LOADING Redis is loading the dataset in memory\r\n";
  });
  RedisRig rig(UrlOf(fake));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).substr(0, 17), "down open LOADING");
  loaded = true;
  EXPECT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.log.states.size(), 2u);
}

TEST(RedisFaults, D1n_ErrorsOfLookups_OpenTheBreakerAfterFive) {
  for (const char* error : {"-MASTERDOWN Link with MASTER is down\r\n", "-NOPERM no\r\n",
                            "-CLUSTERDOWN no\r\n", "-MOVED 1 10.0.0.1:1\r\n", "-BUSY x\r\n"}) {
    FakeRedis fake(AnswersLookups(error));
    RedisRig rig(UrlOf(fake));
    ASSERT_TRUE(rig.UntilUp());
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(rig.Find(KeyNumber(i)).reason, MissReason::kStoreDown) << error;
    }
    EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kCircuitOpen) << error;
    EXPECT_EQ(rig.log.counts["get error"], 5);
  }
}

}  // namespace
}  // namespace banto::cache
