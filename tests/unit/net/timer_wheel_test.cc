#include "proxy/net/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace banto::net {
namespace {

struct Node : TimerNode {};

constexpr int64_t kStartMs = 1'000'003;
constexpr int64_t kHourMs = 3'600'000;

// The number of nodes due at `now_ms`.
int GivenAt(TimerWheel* wheel, int64_t now_ms) {
  wheel->Advance(now_ms);
  int count = 0;
  while (wheel->TakeDue() != nullptr) ++count;
  return count;
}

class TimerWheelTest : public ::testing::Test {
 protected:
  TimerWheel wheel_{kStartMs};
};

TEST_F(TimerWheelTest, Empty_NothingIsEverDue) {
  EXPECT_EQ(wheel_.NextMs(), TimerWheel::kNever);
  EXPECT_EQ(GivenAt(&wheel_, kStartMs + 100 * kHourMs), 0);
}

TEST_F(TimerWheelTest, NodeIsDueAtItsTimeAndNotBefore) {
  for (const int64_t ms : {int64_t{1}, int64_t{255}, int64_t{256}, int64_t{257}, int64_t{16'383},
                           int64_t{16'384}, int64_t{16'385}, kHourMs, 30 * kHourMs}) {
    TimerWheel wheel(kStartMs);
    Node node;
    wheel.File(&node, kStartMs + ms);
    EXPECT_EQ(GivenAt(&wheel, kStartMs + ms - 1), 0) << ms;
    EXPECT_EQ(GivenAt(&wheel, kStartMs + ms), 1) << ms;
    EXPECT_FALSE(node.filed());
  }
}

TEST_F(TimerWheelTest, PastTimeIsDueAtTheNextAdvance) {
  Node node;
  wheel_.File(&node, kStartMs - 5);
  EXPECT_LE(wheel_.NextMs(), kStartMs);
  EXPECT_EQ(GivenAt(&wheel_, kStartMs), 1);
}

TEST_F(TimerWheelTest, FiledWhileDueNodesAreTaken_WaitsForTheNextAdvance) {
  Node first, second;
  wheel_.File(&first, kStartMs + 1);
  wheel_.Advance(kStartMs + 1);
  EXPECT_EQ(wheel_.TakeDue(), &first);
  wheel_.File(&second, kStartMs + 1);
  EXPECT_EQ(wheel_.TakeDue(), nullptr);
  EXPECT_EQ(GivenAt(&wheel_, kStartMs + 1), 1);
}

TEST_F(TimerWheelTest, DestroyedNodeIsForgotten) {
  auto node = std::make_unique<Node>();
  wheel_.File(node.get(), kStartMs + 10);
  node.reset();
  EXPECT_EQ(GivenAt(&wheel_, kStartMs + kHourMs), 0);
}

TEST_F(TimerWheelTest, NodeOutlivesItsWheel) {
  Node node;
  {
    TimerWheel wheel(kStartMs);
    wheel.File(&node, kStartMs + 10);
  }
  EXPECT_FALSE(node.filed());
}

// Against a plain list: whatever is filed, refiled and removed, each node is returned once, by the
// first Advance() at or after its time, and NextMs() is never late.
TEST_F(TimerWheelTest, BehavesLikeASortedList) {
  std::mt19937_64 random(7);
  std::vector<Node> nodes(300);
  std::vector<int64_t> wanted(nodes.size(), TimerWheel::kNever);
  int64_t now_ms = kStartMs;
  for (int step = 0; step < 20'000; ++step) {
    const size_t i = random() % nodes.size();
    const int64_t ahead = static_cast<int64_t>(random() % (uint64_t{1} << (random() % 28)));
    if (random() % 8 == 0) {
      nodes[i].TakeOut();
      wanted[i] = TimerWheel::kNever;
    } else {
      wheel_.File(&nodes[i], now_ms + ahead);
      wanted[i] = now_ms + ahead;
    }
    if (random() % 4 != 0) continue;
    const int64_t earliest = *std::min_element(wanted.begin(), wanted.end());
    ASSERT_LE(wheel_.NextMs(), std::max(earliest, now_ms));
    now_ms += static_cast<int64_t>(random() % (uint64_t{1} << (random() % 22)));
    wheel_.Advance(now_ms);
    while (TimerNode* node = wheel_.TakeDue()) {
      const auto at = static_cast<size_t>(static_cast<Node*>(node) - nodes.data());
      ASSERT_LE(wanted[at], now_ms);
      wanted[at] = TimerWheel::kNever;
    }
    for (const int64_t at_ms : wanted) ASSERT_GT(at_ms, now_ms);
  }
}

}  // namespace
}  // namespace banto::net
