// Set-up shared by the tests of plain Streams.
#ifndef BANTO_TESTS_UNIT_NET_STREAM_FIXTURE_H_
#define BANTO_TESTS_UNIT_NET_STREAM_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_peer.h"

namespace banto::net {

class StreamTest : public ::testing::Test {
 protected:
  // A connected stream; its other end (blocking) is peer_.
  void Connect() {
    stream_ = Stream::Connect(&loop_, server_.address(), {}, &handler_);
    handler_.stream = stream_.get();
    peer_ = server_.Accept();
    ASSERT_TRUE(RunUntil(&loop_, [this] { return handler_.connected > 0; }));
    ASSERT_EQ(handler_.connect_error, 0);
  }
  void ClosePeer() {
    close(peer_);
    peer_ = -1;
  }
  ~StreamTest() override {
    if (peer_ >= 0) close(peer_);
  }

  EventLoop loop_;
  RawServer server_;
  NotingHandler handler_;
  std::unique_ptr<Stream> stream_;
  int peer_ = -1;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_STREAM_FIXTURE_H_
