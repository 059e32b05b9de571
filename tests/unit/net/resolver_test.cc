#include "proxy/net/resolver.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "tests/unit/net/loop_util.h"

namespace banto::net {
namespace {

using Answer = std::shared_ptr<const Resolution>;
constexpr std::chrono::hours kNever{1};

// A name service controlled by the test.
class FakeNames {
 public:
  void Set(const std::string& host, const std::string& ip) {
    std::lock_guard lock(mutex_);
    ips_[host] = ip;
  }
  int asked() const { return asked_; }
  // Look-ups wait until Release().
  void Hold() { held_ = true; }
  void Release() {
    std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  ResolverOptions Options(std::chrono::milliseconds refresh, std::chrono::milliseconds retry) {
    return {.refresh = refresh,
            .retry = retry,
            .look_up = [this](const std::string& host, uint16_t port) { return Ask(host, port); }};
  }

 private:
  Resolution Ask(const std::string& host, uint16_t port) {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.wait(lock, [this] { return !held_; });
    Resolution answer;
    if (ips_[host].empty()) {
      answer.error = "cannot resolve " + host + ": no such name";
    } else {
      answer.addresses.push_back(*Address::FromIp(ips_[host], port));
    }
    return answer;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> ips_;
  std::atomic<int> asked_{0};
  std::atomic<bool> held_{false};
};

class ResolverTest : public ::testing::Test {
 protected:
  Answer Ask(Resolver* resolver, const std::string& host, uint16_t port = 80) {
    Answer answer;
    resolver->Resolve(host, port, &loop_, [&answer](Answer got) { answer = std::move(got); });
    EXPECT_EQ(answer, nullptr) << "called back from within";
    EXPECT_TRUE(RunUntil(&loop_, [&answer] { return answer != nullptr; }));
    return answer;
  }
  static std::string First(const Answer& answer) {
    return answer == nullptr || answer->addresses.empty() ? "" : answer->addresses[0].ToString();
  }

  EventLoop loop_;
  FakeNames names_;
};

TEST_F(ResolverTest, NumbersNeverReachTheNameService) {
  Resolver resolver(names_.Options(kNever, kNever));
  EXPECT_EQ(First(resolver.Known("127.0.0.1", 81)), "127.0.0.1:81");
  EXPECT_EQ(First(resolver.Known("::1", 81)), "[::1]:81");
  EXPECT_EQ(First(Ask(&resolver, "10.1.2.3", 5)), "10.1.2.3:5");
  EXPECT_EQ(names_.asked(), 0);
}

TEST_F(ResolverTest, NameIsResolvedOnceAndThenKnown) {
  names_.Set("gpu1", "10.0.0.1");
  Resolver resolver(names_.Options(kNever, kNever));
  EXPECT_EQ(resolver.Known("gpu1", 80), nullptr);
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
  EXPECT_EQ(First(resolver.Known("gpu1", 80)), "10.0.0.1:80");
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
  EXPECT_EQ(names_.asked(), 1);
}

TEST_F(ResolverTest, ManyCallersShareOneLookUp) {
  names_.Set("gpu1", "10.0.0.1");
  names_.Hold();
  Resolver resolver(names_.Options(kNever, kNever));
  int answers = 0;
  for (int i = 0; i < 10; ++i) {
    resolver.Resolve("gpu1", 80, &loop_, [&answers](const Answer& got) {
      answers += First(got) == "10.0.0.1:80" ? 1 : 0;
    });
  }
  names_.Release();
  EXPECT_TRUE(RunUntil(&loop_, [&answers] { return answers == 10; }));
  EXPECT_EQ(names_.asked(), 1);
}

TEST_F(ResolverTest, FailureIsReportedAndNotRetriedAtOnce) {
  Resolver resolver(names_.Options(kNever, kNever));
  for (int i = 0; i < 3; ++i) {
    const Answer answer = Ask(&resolver, "nobody");
    EXPECT_TRUE(answer->addresses.empty());
    EXPECT_EQ(answer->error, "cannot resolve nobody: no such name");
  }
  EXPECT_EQ(names_.asked(), 1);
  EXPECT_EQ(resolver.Known("nobody", 80), nullptr);
}

TEST_F(ResolverTest, FailureIsRetriedAfterTheRetryTime) {
  Resolver resolver(names_.Options(kNever, std::chrono::milliseconds(0)));
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "");
  names_.Set("gpu1", "10.0.0.1");
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
}

TEST_F(ResolverTest, RefreshBringsTheNewAddress) {
  names_.Set("gpu1", "10.0.0.1");
  Resolver resolver(names_.Options(std::chrono::milliseconds(1), kNever));
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
  names_.Set("gpu1", "10.0.0.2");
  EXPECT_TRUE(
      RunUntil(&loop_, [&resolver] { return First(resolver.Known("gpu1", 80)) == "10.0.0.2:80"; }));
}

TEST_F(ResolverTest, LastGoodAnswerOutlivesAFailedRefresh) {
  names_.Set("gpu1", "10.0.0.1");
  Resolver resolver(names_.Options(std::chrono::milliseconds(1), kNever));
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
  names_.Set("gpu1", "");
  const int asked = names_.asked();
  EXPECT_TRUE(RunUntil(&loop_, [this, asked] { return names_.asked() >= asked + 3; }));
  EXPECT_EQ(First(resolver.Known("gpu1", 80)), "10.0.0.1:80");
  EXPECT_EQ(First(Ask(&resolver, "gpu1")), "10.0.0.1:80");
}

TEST_F(ResolverTest, DestroyedDuringALookUp_CallsNobody) {
  // Shared with the look-up, because the hanging thread outlives the resolver.
  auto hanging = std::make_shared<FakeNames>();
  hanging->Set("gpu1", "10.0.0.1");
  hanging->Hold();
  ResolverOptions options = hanging->Options(kNever, kNever);
  options.look_up = [hanging, ask = options.look_up](const std::string& host, uint16_t port) {
    return ask(host, port);
  };
  bool answered = false;
  {
    Resolver resolver(std::move(options));
    resolver.Resolve("gpu1", 80, &loop_, [&answered](const Answer&) { answered = true; });
    EXPECT_TRUE(RunUntil(&loop_, [&hanging] { return hanging->asked() == 1; }));
  }
  hanging->Release();
  RunTurns(&loop_, 10);
  EXPECT_FALSE(answered);
}

TEST_F(ResolverTest, LocalhostIsFoundByTheSystem) {
  Resolver resolver;
  const Answer answer = Ask(&resolver, "localhost", 8080);
  ASSERT_FALSE(answer->addresses.empty()) << answer->error;
  EXPECT_EQ(answer->addresses[0].port(), 8080);
}

TEST_F(ResolverTest, InvalidNameFailsWithAMessage) {
  Resolver resolver;
  const Answer answer = Ask(&resolver, "no-such-name.invalid");  // RFC 6761 §6.4
  EXPECT_TRUE(answer->addresses.empty());
  EXPECT_EQ(answer->error.rfind("cannot resolve no-such-name.invalid: ", 0), 0u) << answer->error;
}

}  // namespace
}  // namespace banto::net
