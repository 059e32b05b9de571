#include "proxy/net/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_fixture.h"

namespace banto::net {
namespace {

TEST_F(StreamTest, ConnectIsReportedLaterAndOnce) {
  stream_ = Stream::Connect(&loop_, server_.address(), {}, &handler_);
  EXPECT_EQ(handler_.connected, 0);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.connected > 0; }));
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.connected, 1);
  EXPECT_EQ(handler_.connect_error, 0);
  EXPECT_EQ(handler_.writable, 0);
}

TEST_F(StreamTest, RefusalIsReportedLaterAndOnce) {
  const RawServer nobody(/*listening=*/false);
  stream_ = Stream::Connect(&loop_, nobody.address(), {}, &handler_);
  EXPECT_EQ(handler_.connected, 0);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.connected > 0; }));
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.connected, 1);
  EXPECT_EQ(handler_.connect_error, ECONNREFUSED);
  EXPECT_EQ(handler_.readable, 0);
}

TEST_F(StreamTest, FailureAtOnceIsReportedLater) {
  const Address missing = *Address::FromUnixPath("/nonexistent/banto.sock");
  stream_ = Stream::Connect(&loop_, missing, {}, &handler_);
  EXPECT_EQ(handler_.connected, 0);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.connected > 0; }));
  EXPECT_EQ(handler_.connect_error, ENOENT);
}

TEST_F(StreamTest, DestroyedBeforeItsReportIsNeverReported) {
  Stream::Connect(&loop_, *Address::FromUnixPath("/nonexistent/banto.sock"), {}, &handler_).reset();
  Stream::Connect(&loop_, server_.address(), {}, &handler_).reset();
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.connected, 0);
}

TEST_F(StreamTest, BytesGoBothWays) {
  Connect();
  handler_.to_write = "ping";
  EXPECT_EQ(handler_.WriteOnce().bytes, 4u);
  char buffer[8];
  ASSERT_EQ(recv(peer_, buffer, sizeof(buffer), 0), 4);
  EXPECT_EQ(std::string(buffer, 4), "ping");
  ASSERT_TRUE(SendAll(peer_, "pong"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "pong"; }));
}

TEST_F(StreamTest, PiecesArriveInOrder) {
  Connect();
  std::string head = "head ", body = "body", none;
  const iovec pieces[] = {{head.data(), 5}, {none.data(), 0}, {body.data(), 4}};
  EXPECT_EQ(stream_->Write(pieces, 3).bytes, 9u);
  char buffer[16];
  ASSERT_EQ(recv(peer_, buffer, sizeof(buffer), 0), 9);
  EXPECT_EQ(std::string(buffer, 9), "head body");
}

TEST_F(StreamTest, SocketsHaveNoDelayAndAreClosedOnExec) {
  Connect();
  int on = 0;
  socklen_t size = sizeof(on);
  getsockopt(stream_->fd(), IPPROTO_TCP, TCP_NODELAY, &on, &size);
  EXPECT_NE(on, 0);
  EXPECT_NE(fcntl(stream_->fd(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_NE(fcntl(stream_->fd(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(StreamTest, BlockedWriteContinuesWhenThePeerReads) {
  Connect();
  std::string sent(16 * 1024 * 1024, '\0');
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 31 >> 8);
  handler_.to_write = sent;
  handler_.WriteOnce();
  ASSERT_FALSE(handler_.to_write.empty()) << "the kernel took 16 MiB at once";
  const int before = handler_.writable;
  RunTurns(&loop_, 5);
  EXPECT_LE(handler_.writable, before + 2) << "told to write although nobody reads";
  std::string got;
  std::thread reader([this, &got, &sent] {
    std::string buffer(256 * 1024, '\0');
    while (got.size() < sent.size()) {
      const ssize_t n = recv(peer_, buffer.data(), buffer.size(), 0);
      if (n <= 0) break;
      got.append(buffer, 0, static_cast<size_t>(n));
    }
  });
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.to_write.empty(); }));
  reader.join();
  EXPECT_TRUE(got == sent);
  // Nothing is left to write, so OnWritable is not called.
  const int after = handler_.writable;
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.writable, after);
}

TEST_F(StreamTest, OwnerWithNothingToWriteIsCalledOnce) {
  Connect();
  handler_.to_write.assign(16 * 1024 * 1024, 'x');
  handler_.WriteOnce();
  handler_.to_write.clear();  // changed its mind
  std::thread reader([this] {
    std::string buffer(1024 * 1024, '\0');
    while (recv(peer_, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
  });
  reader.join();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.writable > 0; }));
  RunTurns(&loop_, 5);
  EXPECT_EQ(handler_.writable, 1);
}

TEST_F(StreamTest, WriteToAClosedPeerIsAnErrorWithoutASignal) {
  Connect();
  CloseWithReset(peer_);
  peer_ = -1;
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  handler_.to_write = "x";
  const IoResult result = handler_.WriteOnce();  // SIGPIPE would end the test
  EXPECT_EQ(result.status, IoStatus::kError);
  EXPECT_EQ(result.error, EPIPE);
}

TEST_F(StreamTest, ShutdownWriteLeavesReading) {
  Connect();
  stream_->ShutdownWrite();
  char byte;
  EXPECT_EQ(recv(peer_, &byte, 1, 0), 0);
  ASSERT_TRUE(SendAll(peer_, "still here"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "still here"; }));
}

TEST_F(StreamTest, ResetOnCloseSendsReset) {
  Connect();
  stream_->ResetOnClose();
  stream_.reset();
  char byte;
  EXPECT_EQ(recv(peer_, &byte, 1, 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
}

TEST_F(StreamTest, HandlerMayChange) {
  Connect();
  NotingHandler next;
  next.stream = stream_.get();
  stream_->set_handler(&next);
  ASSERT_TRUE(SendAll(peer_, "x"));
  EXPECT_TRUE(RunUntil(&loop_, [&next] { return next.got == "x"; }));
  EXPECT_EQ(handler_.readable, 0);
}

TEST_F(StreamTest, AcceptedUnixSocketWorks) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  stream_ = Stream::Accepted(&loop_, pair[0], &handler_);
  handler_.stream = stream_.get();
  peer_ = pair[1];
  EXPECT_TRUE(stream_->reading());
  ASSERT_TRUE(SendAll(peer_, "hello"));
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "hello"; }));
  EXPECT_EQ(stream_->detail(), "");
  ClosePeer();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
}

}  // namespace
}  // namespace banto::net
