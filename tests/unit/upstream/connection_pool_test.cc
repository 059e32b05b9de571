#include "proxy/upstream/connection_pool.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

// The worker's end of a connection.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Peer() { Close(); }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  void Send(char byte) { ASSERT_EQ(send(fd_, &byte, 1, MSG_NOSIGNAL), 1); }
  // Whether our end has been closed.
  bool SeesClose() {
    char byte;
    return recv(fd_, &byte, 1, MSG_DONTWAIT) == 0;
  }

 private:
  int fd_;
};

class Attempt : public net::StreamHandler {
 public:
  void OnReadable() override { ++readable; }
  void OnWritable() override {}
  int readable = 0;
};

class ConnectionPoolTest : public testing::Test {
 protected:
  Peer Connect(UpstreamConnection* connection) {
    int fds[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    connection->stream = net::Stream::Accepted(&loop_, fds[0], &attempt_);
    connection->worker = worker_;
    return Peer(fds[1]);
  }
  Peer PutOne(ConnectionPool* pool, int requests = 1) {
    UpstreamConnection connection;
    Peer peer = Connect(&connection);
    connection.requests = requests;
    pool->Put(std::move(connection));
    return peer;
  }

  net::EventLoop loop_;
  std::atomic<int> permitted_{0};
  Attempt attempt_;
  std::shared_ptr<WorkerState> worker_ = std::make_shared<WorkerState>("gpu1"),
                               other_ = std::make_shared<WorkerState>("gpu2");
  ConnectionPool pool_{&loop_, &permitted_};
};

TEST_F(ConnectionPoolTest, TheMostRecentlyUsedIsTakenFirst) {
  const Peer peers[] = {PutOne(&pool_, 1), PutOne(&pool_, 2), PutOne(&pool_, 3)};
  EXPECT_EQ(pool_.idle(), 3u);
  EXPECT_EQ(pool_.Take(worker_.get()).requests, 3);
  EXPECT_EQ(pool_.Take(worker_.get()).requests, 2);
  EXPECT_EQ(pool_.Take(worker_.get()).requests, 1);
  EXPECT_EQ(pool_.Take(worker_.get()).stream, nullptr);
}

TEST_F(ConnectionPoolTest, PermitsStayUntilTheSweep_WhateverIsTakenAndPut) {
  ConnectionPool pool(&loop_, &permitted_, 30);
  const Peer peers[] = {PutOne(&pool), PutOne(&pool)};
  EXPECT_EQ(permitted_, 2);
  UpstreamConnection taken = pool.Take(worker_.get());
  EXPECT_EQ(permitted_, 2);
  pool.Put(std::move(taken));
  EXPECT_EQ(permitted_, 2);
  taken = pool.Take(worker_.get());
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool.idle() == 0; }));
  EXPECT_EQ(permitted_, 0) << "not even for the one that is in use";
  pool.Put(std::move(taken));
  EXPECT_EQ(permitted_, 1);
}

TEST_F(ConnectionPoolTest, WorkersDoNotShareConnections) {
  const Peer peer = PutOne(&pool_);
  EXPECT_EQ(pool_.Take(other_.get()).stream, nullptr);
  EXPECT_NE(pool_.Take(worker_.get()).stream, nullptr);
}

TEST_F(ConnectionPoolTest, TakenConnectionReportsToItsNewOwner) {
  Peer peer = PutOne(&pool_);
  UpstreamConnection taken = pool_.Take(worker_.get());
  taken.stream->set_handler(&attempt_);
  peer.Send('x');
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return attempt_.readable > 0; }));
  EXPECT_EQ(taken.worker, worker_);
}

TEST_F(ConnectionPoolTest, ConnectionClosedByItsPeerIsRemoved) {
  Peer gone = PutOne(&pool_, 1);
  const Peer stays = PutOne(&pool_, 2);
  gone.Close();
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool_.idle() == 1; }));
  EXPECT_EQ(pool_.Take(worker_.get()).requests, 2);
}

TEST_F(ConnectionPoolTest, UnexpectedDataClosesTheConnection) {
  Peer peer = PutOne(&pool_);
  peer.Send('x');
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool_.idle() == 0; }));
  EXPECT_EQ(attempt_.readable, 0);
}

TEST_F(ConnectionPoolTest, IdleConnectionExpires) {
  ConnectionPool pool(&loop_, &permitted_, 30);
  Peer peer = PutOne(&pool);
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool.idle() == 0; }));
  Turn(&loop_);
  EXPECT_TRUE(peer.SeesClose());
  EXPECT_EQ(permitted_, 0);
  Peer later = PutOne(&pool);  // the sweep starts again
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool.idle() == 0; }));
}

TEST_F(ConnectionPoolTest, OverdueConnectionIsNotHandedOutBeforeTheSweep) {
  ConnectionPool pool(&loop_, &permitted_, 30);
  const Peer peer = PutOne(&pool);
  const int64_t put_us = net::EventLoop::NowUs();
  while (net::EventLoop::NowUs() - put_us < 40'000) {
  }  // the loop is busy past the deadline
  EXPECT_EQ(pool.idle(), 1u);
  EXPECT_EQ(pool.Take(worker_.get()).stream, nullptr);
}

TEST_F(ConnectionPoolTest, KeepsNoMoreThanItsShareOfOneWorker) {
  std::vector<Peer> peers;
  for (int i = 0; i <= ConnectionPool::kIdlePerWorkerMax; ++i) peers.push_back(PutOne(&pool_));
  EXPECT_EQ(pool_.idle(), size_t{ConnectionPool::kIdlePerWorkerMax});
  EXPECT_EQ(permitted_, ConnectionPool::kIdlePerWorkerMax);
  Turn(&loop_);
  EXPECT_TRUE(peers.back().SeesClose());
  EXPECT_FALSE(peers.front().SeesClose());
}

TEST_F(ConnectionPoolTest, TheProcessKeepsNoMoreThanItsCap) {
  permitted_ = ConnectionPool::kIdleProcessMax - 1;  // other threads' pools
  const Peer fits = PutOne(&pool_);
  Peer refused = PutOne(&pool_);
  EXPECT_EQ(pool_.idle(), 1u);
  EXPECT_EQ(permitted_, ConnectionPool::kIdleProcessMax);
  Turn(&loop_);
  EXPECT_TRUE(refused.SeesClose());
  pool_.CloseAll();
  EXPECT_EQ(permitted_, ConnectionPool::kIdleProcessMax - 1);
}

TEST_F(ConnectionPoolTest, CloseAllClosesAllAtTheEndOfTheTurn) {
  Peer peers[] = {PutOne(&pool_), PutOne(&pool_)};
  pool_.CloseAll();
  EXPECT_EQ(pool_.idle(), 0u);
  EXPECT_FALSE(peers[0].SeesClose()) << "a callback of that stream may be on the stack";
  Turn(&loop_);
  EXPECT_TRUE(peers[0].SeesClose());
  EXPECT_TRUE(peers[1].SeesClose());
}

TEST_F(ConnectionPoolTest, DestroyedPoolReturnsItsPermits) {
  {
    ConnectionPool pool(&loop_, &permitted_);
    Peer peer = PutOne(&pool);
    EXPECT_EQ(permitted_, 1);
  }
  EXPECT_EQ(permitted_, 0);
}

TEST_F(ConnectionPoolTest, PausedStreamIsWatchedAgain) {
  UpstreamConnection connection;
  Peer peer = Connect(&connection);
  connection.stream->SetReading(false);
  pool_.Put(std::move(connection));
  peer.Send('x');
  EXPECT_TRUE(TurnUntil(&loop_, [&] { return pool_.idle() == 0; }));
}

}  // namespace
}  // namespace banto::upstream
