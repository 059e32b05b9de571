// Login, and servers that refuse some or all commands: a real redis-server.
#include <gtest/gtest.h>

#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_server.h"

namespace banto::cache {
namespace {

std::string UrlOf(const RedisServer& server) { return "unix://" + server.socket(); }

TEST(RedisLogin, PasswordLogsIn) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(Target(UrlOf(server), "", "s3cret"));
  ASSERT_TRUE(rig.UntilUp());
  EXPECT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(rig.Find(KeyNumber(1)).entry, nullptr);
}

TEST(RedisLogin, UserAndPasswordLogIn) {
  RedisServer server;
  server.Ask({"ACL", "SETUSER", "banto", "on", ">s3cret", "~banto:*", "+get", "+set", "+incr"});
  RedisRig rig(Target(UrlOf(server), "banto", "s3cret"));
  ASSERT_TRUE(rig.UntilUp());  // although CLIENT SETNAME is refused
  EXPECT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(rig.Find(KeyNumber(1)).entry, nullptr);
}

TEST(RedisRefusals, WrongPasswordIsExplained) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(Target(UrlOf(server), "", "guess"));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.Find(KeyNumber(1)).reason, MissReason::kCircuitOpen);
  EXPECT_EQ(rig.log.states.at(0).substr(0, 19), "down open WRONGPASS");
  EXPECT_EQ(rig.log.states.at(0).find("guess"), std::string::npos);
}

TEST(RedisRefusals, MissingPasswordIsExplained) {
  RedisServer server({"--requirepass", "s3cret"}, "s3cret");
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).substr(0, 16), "down open NOAUTH");
}

TEST(RedisLogin, DatabaseFromTheUrl) {
  RedisServer server;
  RedisRig rig(UrlOf(server) + "?db=3");
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(server.Ask({"INFO", "keyspace"}).find("db3:keys=1"), std::string::npos);
}

TEST(RedisRefusals, NoEvictionFull_OnlyWritesFail) {
  RedisServer server({"--maxmemory", "1mb", "--maxmemory-policy", "noeviction"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.UntilUp());
  rig.StoreAndWait(KeyNumber(1), *MakeEntry(std::string(2 << 20, 'x')));
  rig.StoreAndWait(KeyNumber(2), *MakeEntry(std::string(2 << 20, 'x')));
  EXPECT_EQ(rig.log.states.back().substr(0, 22), "up writes refused: OOM");
  // Not even sent: the writer pauses after a refusal, longer after each further one.
  EXPECT_TRUE(
      rig.Until([&] { return rig.Store(KeyNumber(3), *MakeEntry("x")) == StoreResult::kFailed; }));
  EXPECT_FALSE(rig.redis->circuit_open());
  EXPECT_NE(rig.Find(KeyNumber(3)).reason, MissReason::kStoreDown);
  server.Ask({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(rig.Until([&] {
    rig.Store(KeyNumber(4), *MakeEntry("x"));
    return rig.log.counts["set ok"] > 0;
  }));
  EXPECT_EQ(rig.log.states.back(), "up ");
}

TEST(RedisRefusals, ReadOnlyReplica_OnlyWritesFail) {
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

TEST(RedisRefusals, ReplicaWithoutMasterIsDown) {
  RedisServer server({"--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "no"});
  RedisRig rig(UrlOf(server));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).substr(0, 20), "down open MASTERDOWN");
}

}  // namespace
}  // namespace banto::cache
