#include <errno.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/unit/net/stream_fixture.h"

namespace banto::net {
namespace {

// Whether bytes wait in front of the close decides which of the two watches has to see it.
class PausedStreamTest : public StreamTest, public ::testing::WithParamInterface<bool> {
 protected:
  void ConnectAndPause() {
    Connect();
    handler_.greedy = false;
    stream_->SetReading(false);
    if (GetParam()) {
      ASSERT_TRUE(SendAll(peer_, "unread"));
      RunTurns(&loop_, 10);
    }
    ASSERT_EQ(handler_.readable, 0);
  }
};

TEST_P(PausedStreamTest, PeerCloseIsToldOnce) {
  ConnectAndPause();
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 1);
  handler_.greedy = true;
  stream_->SetReading(true);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, GetParam() ? "unread" : "");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kEof);
}

TEST_P(PausedStreamTest, PeerResetIsToldOnceAndKeepsItsError) {
  ConnectAndPause();
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 1);
  handler_.ReadOnce();
  if (GetParam()) {
    EXPECT_EQ(handler_.got, "unread");  // the kernel still hands over what came before
    handler_.ReadOnce();
  }
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
}

TEST_P(PausedStreamTest, BlockedWriteGoesOn) {
  ConnectAndPause();
  constexpr size_t kTotal = 8 * 1024 * 1024;
  handler_.to_write.assign(kTotal, 'x');
  handler_.WriteOnce();
  RunTurns(&loop_, 5);
  ASSERT_FALSE(handler_.to_write.empty());
  size_t got = 0;
  std::thread reader([this, &got] {
    std::string buffer(256 * 1024, '\0');
    while (got < kTotal) {
      const ssize_t n = recv(peer_, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      got += static_cast<size_t>(n);
    }
  });
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.to_write.empty(); }));
  reader.join();
  EXPECT_EQ(got, kTotal);
  EXPECT_EQ(handler_.readable, 0);
}

TEST_P(PausedStreamTest, ResumingMidWriteKeepsBoth) {
  ConnectAndPause();
  constexpr size_t kTotal = 8 * 1024 * 1024;
  handler_.to_write.assign(kTotal, 'x');
  handler_.WriteOnce();
  RunTurns(&loop_, 5);
  handler_.greedy = true;
  stream_->SetReading(true);
  ASSERT_TRUE(SendAll(peer_, "!"));
  std::thread reader([this] {
    std::string buffer(256 * 1024, '\0');
    size_t got = 0;
    while (got < kTotal) {
      const ssize_t n = recv(peer_, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      got += static_cast<size_t>(n);
    }
  });
  EXPECT_TRUE(RunUntil(&loop_, [this] {
    return handler_.to_write.empty() && !handler_.got.empty() && handler_.got.back() == '!';
  }));
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(UnreadBytes, PausedStreamTest, ::testing::Bool());

}  // namespace
}  // namespace banto::net
