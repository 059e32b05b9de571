#include "proxy/client/request_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/net/loop_util.h"

namespace banto {
namespace {

constexpr int kPerTurn = RequestQueue::kRequestsPerTurn;

// Clients that have sent some requests ahead, and in which order these were taken up.
class RequestQueueTest : public ::testing::Test {
 protected:
  struct Client final : RequestQueue::Waiter {
    Client(RequestQueueTest* its_test, char letter, int requests)
        : test(its_test), name(letter), left(requests) {}
    int TakeTurn(int requests_max) override {
      const int taken = std::min({left, requests_max, each_max});
      left -= taken;
      test->order_.append(static_cast<size_t>(taken), name);
      if (left > 0) test->queue_.Await(this);
      return taken;
    }
    RequestQueueTest* test;
    char name;
    int left;
    int each_max = 1'000'000;
  };

  Client* Add(char name, int requests) {
    clients_.push_back(std::make_unique<Client>(this, name, requests));
    queue_.Await(clients_.back().get());
    return clients_.back().get();
  }

  void OneTurn() {
    net::Timer end(&loop_, [this] { loop_.Stop(); });
    end.Set(0);
    loop_.Run();
  }
  bool UntilAllAreServed() {
    return net::RunUntil(&loop_, [this] {
      return std::all_of(clients_.begin(), clients_.end(),
                         [](const auto& client) { return client->left == 0; });
    });
  }

  net::EventLoop loop_;
  std::string order_;
  RequestQueue queue_{&loop_};
  std::vector<std::unique_ptr<Client>> clients_;
};

TEST_F(RequestQueueTest, OneTurnServesASliceHoweverManyAsk) {
  for (int i = 0; i < 50; ++i) Add('a', 1000);
  OneTurn();
  EXPECT_EQ(order_.size(), static_cast<size_t>(kPerTurn));
}

TEST_F(RequestQueueTest, ANewcomerIsServedAfterOneSliceOfEachWhoWaits) {
  for (int i = 0; i < 50; ++i) Add('a', 10 * kPerTurn);
  Add('b', 1);
  EXPECT_TRUE(UntilAllAreServed());
  EXPECT_EQ(order_.find('b'), static_cast<size_t>(50 * kPerTurn));
}

TEST_F(RequestQueueTest, NobodyStarves) {
  Add('a', 3 * kPerTurn);
  Add('b', 3 * kPerTurn);
  EXPECT_TRUE(UntilAllAreServed());
  const std::string a(kPerTurn, 'a'), b(kPerTurn, 'b');
  EXPECT_EQ(order_, a + b + a + b + a + b);
}

TEST_F(RequestQueueTest, SmallWishesShareATurn) {
  for (char name = 'a'; name < 'a' + 4; ++name) Add(name, 2);
  OneTurn();
  EXPECT_EQ(order_, "aabbccdd");
}

TEST_F(RequestQueueTest, WhoHasLeftIsNotServed) {
  Add('a', 1);
  Client* const gone = Add('b', 1);
  Add('c', 1);
  gone->LeaveQueue();
  gone->left = 0;
  EXPECT_TRUE(UntilAllAreServed());
  EXPECT_EQ(order_, "ac");
}

TEST_F(RequestQueueTest, LooksThatFindNothingCountToo) {
  for (int i = 0; i < kPerTurn; ++i) Add('a', 1)->each_max = 0;  // its client reads nothing
  Add('b', 1);
  OneTurn();
  EXPECT_EQ(order_, "");
  OneTurn();
  EXPECT_EQ(order_, "b");
}

TEST_F(RequestQueueTest, ToWaitTwiceIsToWaitOnce) {
  Client* const client = Add('a', 2);
  queue_.Await(client);
  client->each_max = 1;
  Add('b', 1);
  EXPECT_TRUE(UntilAllAreServed());
  EXPECT_EQ(order_, "aba");
}

}  // namespace
}  // namespace banto
