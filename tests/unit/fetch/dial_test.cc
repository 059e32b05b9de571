#include "proxy/fetch/dial.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/health/scripted_server.h"
#include "tests/unit/upstream/fleet.h"

namespace banto {
namespace {

using health::ScriptedServer;

class DialTest : public testing::Test, public DialListener {
 protected:
  DialTest() {
    worker_.settings.url.scheme = "http";
    worker_.settings.url.host = "127.0.0.1";
  }

  void OnDialled(std::unique_ptr<net::Stream> stream) override {
    ++dialled_;
    stream_ = std::move(stream);
  }
  void OnDialFailed(FailureKind kind, std::string_view what) override {
    failed_ = kind;
    what_ = what;
  }

  void Start(net::Resolver* resolver) {
    dial_ = std::make_unique<Dial>(&loop_, resolver, &worker_, this);
    dial_->Start();
  }
  bool Ends() {
    return upstream::TurnUntil(&loop_, [this] { return stream_ != nullptr || failed_; });
  }

  // Whatever was begun before this has ended after it.
  void DialAnother(net::Resolver* resolver) {
    const std::unique_ptr<Dial> before = std::exchange(dial_, nullptr);
    Start(resolver);
    ASSERT_TRUE(Ends());
  }

  net::EventLoop loop_;
  upstream::Worker worker_;
  int dialled_ = 0;
  std::unique_ptr<net::Stream> stream_;
  std::optional<FailureKind> failed_;
  std::string what_;
  std::unique_ptr<Dial> dial_;
};

// Where a name has these addresses of this machine.
net::ResolverOptions Addresses(std::vector<std::pair<std::string, uint16_t>> addresses) {
  net::ResolverOptions options;
  options.look_up = [addresses](const std::string& /*host*/, uint16_t /*port*/) {
    net::Resolution resolution;
    for (const auto& [ip, port] : addresses)
      resolution.addresses.push_back(net::Address::FromIp(ip, port).value());
    if (addresses.empty()) resolution.error = "cannot resolve gpu1";
    return resolution;
  };
  return options;
}

TEST_F(DialTest, ANumberNeedsNoLookUp) {
  ScriptedServer server({});
  worker_.settings.url.port = server.port();
  net::Resolver resolver;
  Start(&resolver);
  EXPECT_FALSE(dial_->resolving());
  ASSERT_TRUE(Ends());
  EXPECT_NE(stream_, nullptr) << what_;
}

TEST_F(DialTest, ANamesAddressesAreTriedOneAfterTheOther) {
  ScriptedServer server({});
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({{"127.0.0.1", 1}, {"127.0.0.1", server.port()}}));
  Start(&resolver);
  EXPECT_TRUE(dial_->resolving());
  ASSERT_TRUE(Ends());
  EXPECT_NE(stream_, nullptr) << what_;
}

TEST_F(DialTest, TheLastAddressesErrorIsTold) {
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({{"127.0.0.1", 1}, {"127.0.0.2", 1}}));
  Start(&resolver);
  ASSERT_TRUE(Ends());
  EXPECT_EQ(failed_, FailureKind::kConnect);
  EXPECT_EQ(what_, "connect: Connection refused");
}

TEST_F(DialTest, ANameWithoutAddressesIsNotDialled) {
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({}));
  Start(&resolver);
  ASSERT_TRUE(Ends());
  EXPECT_EQ(failed_, FailureKind::kResolve);
  EXPECT_EQ(what_, "cannot resolve gpu1");
}

TEST_F(DialTest, ALookUpThatComesTooLateReachesNobody) {
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({}));
  Start(&resolver);
  dial_.reset();
  bool answered = false;
  resolver.Resolve("gpu1", 0, &loop_, [&answered](auto) { answered = true; });
  EXPECT_TRUE(upstream::TurnUntil(&loop_, [&answered] { return answered; }));
  EXPECT_FALSE(failed_);
}

TEST_F(DialTest, CancelledDuringTheLookUp_ItOpensNoSocket) {
  ScriptedServer server({});
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({{"127.0.0.1", server.port()}}));
  Start(&resolver);
  ASSERT_TRUE(dial_->resolving());
  dial_->Cancel();
  DialAnother(&resolver);
  EXPECT_EQ(dialled_, 1);
}

TEST_F(DialTest, CancelledAtAnAddress_ItTriesNoOther) {
  ScriptedServer server({});
  worker_.settings.url.host = "gpu1";
  net::Resolver resolver(Addresses({{"127.0.0.1", 1}, {"127.0.0.1", server.port()}}));
  Start(&resolver);
  ASSERT_TRUE(upstream::TurnUntil(&loop_, [this] { return !dial_->resolving(); }));
  dial_->Cancel();
  DialAnother(&resolver);
  EXPECT_EQ(dialled_, 1);
}

TEST_F(DialTest, WhatIsMeantToBeEncryptedIsNotSentInClear) {
  ScriptedServer server({});
  worker_.settings.url.scheme = "https";
  worker_.settings.url.port = server.port();
  net::Resolver resolver;
  Start(&resolver);
  ASSERT_TRUE(Ends());
  EXPECT_EQ(failed_, FailureKind::kTls);
  EXPECT_EQ(stream_, nullptr);
}

}  // namespace
}  // namespace banto
