// The Redis tier over TLS (rediss://) and plain TCP, against a real redis-server.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>

#include <cstdio>

#include "proxy/net/tls_context.h"
#include "tests/unit/cache/redis_rig.h"
#include "tests/unit/cache/redis_server.h"
#include "tests/unit/net/test_certificates.h"

namespace banto::cache {
namespace {

// A port that was free a moment ago: redis-server cannot choose one itself.
uint16_t FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

class KeyFile {
 public:
  explicit KeyFile(const net::Identity& identity) {
    char pattern[] = "/tmp/banto-test-XXXXXX";
    FILE* file = fdopen(mkstemp(pattern), "w");
    path_ = pattern;
    PEM_write_PrivateKey(file, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    fclose(file);
  }
  ~KeyFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct TlsRedis {
  TlsRedis()
      : authority(net::MakeIdentity({"test authority"}, nullptr)),
        identity(net::MakeIdentity({"redis", "DNS:localhost"}, &authority)),
        ca(authority),
        certificate(identity),
        key(identity),
        port(FreePort()),
        server({"--tls-port", std::to_string(port), "--tls-cert-file", certificate.path(),
                "--tls-key-file", key.path(), "--tls-ca-cert-file", ca.path(), "--tls-auth-clients",
                "no", "--bind", "127.0.0.1"}) {}
  std::string Url(const std::string& host) const {
    return "rediss://" + host + ":" + std::to_string(port);
  }
  static std::unique_ptr<net::TlsContext> Trusting(const std::string& ca_file) {
    net::TlsSettings settings;
    settings.ca_file = ca_file;
    settings.http_alpn = false;
    std::string error;
    auto context = net::TlsContext::Create(settings, &error);
    EXPECT_NE(context, nullptr) << error;
    return context;
  }

  net::Identity authority, identity;
  net::PemFile ca, certificate;
  KeyFile key;
  uint16_t port;
  RedisServer server;
};

TEST(RedisOverTls, StoredEntryIsFound) {
  TlsRedis redis;
  const auto tls = TlsRedis::Trusting(redis.ca.path());
  RedisRig rig(redis.Url("localhost"), 5000, 4 << 20, tls.get());
  ASSERT_TRUE(rig.UntilUp());
  const std::string body(1'000'000, 'x');
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry(body)), StoreResult::kStored);
  const LookupResult hit = rig.Find(KeyNumber(1));
  ASSERT_NE(hit.entry, nullptr);
  EXPECT_TRUE(hit.entry->body == body);
}

TEST(RedisOverTls, WrongServerNameIsRefusedAndExplained) {
  TlsRedis redis;
  const auto tls = TlsRedis::Trusting(redis.ca.path());
  RedisRig rig(redis.Url("127.0.0.1"), 5000, 4 << 20, tls.get());
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0).find("down open cannot connect: "), 0u) << rig.log.states.at(0);
}

TEST(RedisOverTls, WithoutTlsSettingsItIsDownAndNothingCrashes) {
  RedisRig rig(std::string("rediss://127.0.0.1:1"));
  ASSERT_TRUE(rig.Until([&] { return rig.redis->circuit_open(); }));
  EXPECT_EQ(rig.log.states.at(0), "down open no TLS settings");
}

TEST(RedisOverTcp, CredentialsAndDatabaseFromTheUrl) {
  const uint16_t port = FreePort();
  RedisServer server(
      {"--port", std::to_string(port), "--bind", "127.0.0.1", "--requirepass", "s3cret"}, "s3cret");
  RedisRig rig("redis://:s3cret@localhost:" + std::to_string(port) + "/2", 5000);
  ASSERT_TRUE(rig.UntilUp());
  ASSERT_EQ(rig.StoreAndWait(KeyNumber(1), *MakeEntry("x")), StoreResult::kStored);
  EXPECT_NE(rig.Find(KeyNumber(1)).entry, nullptr);
  EXPECT_NE(server.Ask({"INFO", "keyspace"}).find("db2:keys=1"), std::string::npos);
}

}  // namespace
}  // namespace banto::cache
