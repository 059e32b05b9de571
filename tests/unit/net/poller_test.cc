#include "proxy/net/poller.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/unit/net/watched_eventfd.h"

namespace banto::net {
namespace {

TEST(Poller, AnEdgeIsToldOnce) {
  Poller poller;
  WatchedEventfd watched;
  ASSERT_EQ(poller.Add(watched.fd, EPOLLIN | EPOLLET, &watched), 0);
  EXPECT_EQ(poller.Poll(), 0u);
  watched.Signal();
  EXPECT_EQ(poller.Poll(), 1u);
  EXPECT_EQ(watched.events, uint32_t{EPOLLIN});
  EXPECT_EQ(poller.Poll(), 0u);
  watched.Signal();
  EXPECT_EQ(poller.Poll(), 1u);
  EXPECT_EQ(watched.told, 2);
}

TEST(Poller, RefusalIsTold) {
  Poller poller;
  WatchedEventfd watched;
  EXPECT_EQ(poller.Add(-1, EPOLLIN, &watched), EBADF);
}

TEST(Poller, WithoutEPOLLETItIsToldWhileItLasts) {
  Poller poller;
  WatchedEventfd watched;
  ASSERT_EQ(poller.Add(watched.fd, EPOLLIN, &watched), 0);
  watched.Signal();
  EXPECT_EQ(poller.Poll(), 1u);
  EXPECT_EQ(poller.Poll(), 1u);
  poller.Remove(watched.fd, &watched);
  EXPECT_EQ(poller.Poll(), 0u);
}

TEST(Poller, WhoIsForgottenDuringAPollIsNotTold) {
  Poller poller;
  WatchedEventfd a, b;
  ASSERT_EQ(poller.Add(a.fd, EPOLLIN | EPOLLET, &a), 0);
  ASSERT_EQ(poller.Add(b.fd, EPOLLIN | EPOLLET, &b), 0);
  a.on_events = [&] { poller.Forget(&b); };
  b.on_events = [&] { poller.Forget(&a); };
  a.Signal();
  b.Signal();
  poller.Poll();
  EXPECT_EQ(a.told + b.told, 1);
}

TEST(Poller, AgainIsOnceAndInTheNextPoll) {
  Poller poller;
  WatchedEventfd watched;
  poller.Again(&watched);
  poller.Again(&watched);
  EXPECT_TRUE(poller.again_wanted());
  watched.on_again = [&] { poller.Again(&watched); };
  EXPECT_EQ(poller.Poll(), 1u);
  EXPECT_EQ(watched.again, 1);
  watched.on_again = nullptr;
  EXPECT_EQ(poller.Poll(), 1u);
  EXPECT_EQ(watched.again, 2);
  EXPECT_FALSE(poller.again_wanted());
}

TEST(Poller, WhoIsForgottenIsNotToldAgain) {
  Poller poller;
  WatchedEventfd first, second, third;
  poller.Again(&first);
  poller.Again(&second);
  poller.Again(&third);
  poller.Forget(&third);
  first.on_again = [&] { poller.Forget(&second); };
  poller.Poll();
  EXPECT_EQ(first.again, 1);
  EXPECT_EQ(second.again + third.again, 0);
}

TEST(Poller, MoreEventsThanOnePollTakesAreToldByTheNext) {
  Poller poller;
  std::vector<std::unique_ptr<WatchedEventfd>> many;
  for (int i = 0; i < 150; ++i) {
    many.push_back(std::make_unique<WatchedEventfd>());
    ASSERT_EQ(poller.Add(many.back()->fd, EPOLLIN | EPOLLET, many.back().get()), 0);
    many.back()->Signal();
  }
  size_t told = 0;
  while (const size_t now = poller.Poll()) told += now;
  EXPECT_EQ(told, many.size());
}

}  // namespace
}  // namespace banto::net
