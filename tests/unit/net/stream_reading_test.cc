// What a stream reports about incoming data: every byte, the end and errors, once, and not while
// paused.
#include <errno.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <string>

#include "tests/unit/net/stream_fixture.h"

namespace banto::net {
namespace {

using StreamReadingTest = StreamTest;

TEST_F(StreamReadingTest, PeerCloseIsEof) {
  Connect();
  ASSERT_TRUE(SendAll(peer_, "last words"));
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "last words");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kEof);
}

TEST_F(StreamReadingTest, PeerResetIsAnError) {
  Connect();
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
}

// One edge for both: a reader that relies on a short read would wait for another edge forever.
TEST_F(StreamReadingTest, ResetArrivingWithBytesIsReported) {
  Connect();
  ASSERT_TRUE(SendAll(peer_, "last words"));
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "last words");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
}

TEST_F(StreamReadingTest, BytesLeftByASmallReadAreReportedAgain) {
  Connect();
  handler_.read_size = 3;
  ASSERT_TRUE(SendAll(peer_, "hello world"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "hello world"; }));
  ASSERT_TRUE(SendAll(peer_, "good bye"));
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "hello worldgood bye");
}

TEST_F(StreamReadingTest, BytesFromBeforeAPauseAreReportedAfterIt) {
  Connect();
  handler_.read_size = 3;
  ASSERT_TRUE(SendAll(peer_, "hello world"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return !handler_.got.empty(); }));
  const std::string before = handler_.got;
  stream_->SetReading(false);
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.got, before);
  stream_->SetReading(true);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "hello world"; }));
}

TEST_F(StreamReadingTest, EndIsReportedOnce) {
  Connect();
  handler_.greedy = false;
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.readable, 1);
}

TEST_F(StreamReadingTest, BytesAreReportedOnceUntilRead) {
  Connect();
  handler_.greedy = false;
  ASSERT_TRUE(SendAll(peer_, "hello"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  ASSERT_TRUE(SendAll(peer_, " world"));
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.readable, 1);
  EXPECT_TRUE(SleepsThrough(&loop_));
  handler_.ReadOnce();
  handler_.greedy = true;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "hello world"; }));
}

// A client that has sent its entire request and waits for the answer.
TEST_F(StreamReadingTest, ResetAfterAnEndThatWasReadIsReported) {
  Connect();
  handler_.greedy = false;
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  std::string_view bytes;
  EXPECT_EQ(stream_->Read(100, &bytes).status, IoStatus::kEof);
  EXPECT_TRUE(SleepsThrough(&loop_));
  EXPECT_FALSE(stream_->broken());
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 1; }));
  EXPECT_TRUE(stream_->broken());
}

// A Unix socket that was closed cannot be sent to; one that was only shut down for sending still
// can.
TEST_F(StreamReadingTest, UnixPeerThatClosedIsBroken) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  stream_ = Stream::Accepted(&loop_, pair[0], &handler_);
  handler_.stream = stream_.get();
  handler_.greedy = false;
  peer_ = pair[1];
  shutdown(peer_, SHUT_WR);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  EXPECT_TRUE(stream_->peer_ended());
  EXPECT_FALSE(stream_->broken());
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 1; }));
  EXPECT_TRUE(stream_->broken());
}

// A file stands in for a socket beyond max_user_watches: epoll refuses both.
TEST_F(StreamReadingTest, UnwatchableDescriptorEndsAtOnce) {
  stream_ = Stream::Accepted(&loop_, memfd_create("no socket", MFD_CLOEXEC), &handler_);
  handler_.stream = stream_.get();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
}

TEST_F(StreamReadingTest, PausedReaderIsNotNotified) {
  Connect();
  stream_->SetReading(false);
  EXPECT_FALSE(stream_->reading());
  ASSERT_TRUE(SendAll(peer_, "wait"));
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 0);
  ASSERT_TRUE(SendAll(peer_, " more"));
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, 0);
  stream_->SetReading(true);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "wait more"; }));
}

TEST_F(StreamReadingTest, PauseAndResumeWithoutBytesChangesNothing) {
  Connect();
  for (int i = 0; i < 3; ++i) {
    stream_->SetReading(false);
    stream_->SetReading(false);
    stream_->SetReading(true);
  }
  ASSERT_TRUE(SendAll(peer_, "x"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "x"; }));
}

}  // namespace
}  // namespace banto::net
