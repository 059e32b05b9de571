#include <errno.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/unit/net/stream_fixture.h"

namespace banto::net {
namespace {

// With and without unread bytes in front of the event.
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
  // More than the kernel buffers while the peer does not read.
  void BlockAWrite() {
    handler_.to_write.assign(kWriteBytes, 'x');
    handler_.WriteOnce();
    RunTurns(&loop_, 5);
    ASSERT_FALSE(handler_.to_write.empty());
  }
  // Reads it on the peer's side and returns the number of bytes. On a separate thread.
  size_t TakeTheWrite() const {
    std::string buffer(size_t{256} * 1024, '\0');
    size_t got = 0;
    while (got < kWriteBytes) {
      const ssize_t n = recv(peer_, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      got += static_cast<size_t>(n);
    }
    return got;
  }
  static constexpr size_t kWriteBytes = size_t{8} * 1024 * 1024;
};

TEST_P(PausedStreamTest, PeerCloseIsReportedOnce) {
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

TEST_P(PausedStreamTest, PeerResetIsReportedOnceAndKeepsItsError) {
  ConnectAndPause();
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 1);
  handler_.ReadOnce();
  if (GetParam()) {
    EXPECT_EQ(handler_.got, "unread");  // the kernel still delivers what arrived before
    handler_.ReadOnce();
  }
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
}

TEST_P(PausedStreamTest, ResetAfterTheOrderlyEndIsReportedToo) {
  ConnectAndPause();
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  EXPECT_TRUE(stream_->peer_ended());
  EXPECT_FALSE(stream_->broken());
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 1; }));
  EXPECT_TRUE(stream_->broken());
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 2);
}

TEST_P(PausedStreamTest, NothingKeepsTheLoopAwake) {
  ConnectAndPause();
  EXPECT_TRUE(SleepsThrough(&loop_));
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  EXPECT_TRUE(SleepsThrough(&loop_));
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 1; }));
  EXPECT_TRUE(SleepsThrough(&loop_));
}

// A reset among bytes that are not read must not be mistaken for more bytes.
TEST_P(PausedStreamTest, ResetArrivingWithBytesIsReported) {
  ConnectAndPause();
  ASSERT_TRUE(SendAll(peer_, "last words"));
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  EXPECT_TRUE(stream_->broken());
}

TEST_P(PausedStreamTest, BlockedWriteContinues) {
  ConnectAndPause();
  BlockAWrite();
  size_t got = 0;
  std::thread reader([this, &got] { got = TakeTheWrite(); });
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.to_write.empty(); }));
  reader.join();
  EXPECT_EQ(got, kWriteBytes);
  EXPECT_EQ(handler_.readable, 0);
}

TEST_P(PausedStreamTest, ResumingMidWriteKeepsBoth) {
  ConnectAndPause();
  BlockAWrite();
  handler_.greedy = true;
  stream_->SetReading(true);
  ASSERT_TRUE(SendAll(peer_, "!"));
  std::thread reader([this] { TakeTheWrite(); });
  EXPECT_TRUE(RunUntil(&loop_, [this] {
    return handler_.to_write.empty() && !handler_.got.empty() && handler_.got.back() == '!';
  }));
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(UnreadBytes, PausedStreamTest, ::testing::Bool());

}  // namespace
}  // namespace banto::net
