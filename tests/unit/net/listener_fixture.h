// Shared by the listener tests: listening, connecting, and checking that no client was lost.
#ifndef BANTO_TESTS_UNIT_NET_LISTENER_FIXTURE_H_
#define BANTO_TESTS_UNIT_NET_LISTENER_FIXTURE_H_

#include <errno.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/listener.h"
#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_peer.h"

namespace banto::net {

class ListenerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Listener> Listen(const std::string& where) { return Listen(where, &loop_); }
  std::unique_ptr<Listener> Listen(const std::string& where, EventLoop* loop) {
    ListenAddress address;
    EXPECT_TRUE(ParseListenAddress(where, &address, &error_)) << error_;
    return Listener::Create(
        loop, address,
        [this](int fd, const Address& peer) {
          accepted_.push_back(fd);
          peers_.push_back(peer);
        },
        &error_);
  }
  int Dial(const Address& address) {
    const int fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(fd, address.raw(), address.size()), 0) << strerror(errno);
    clients_.push_back(fd);
    return fd;
  }
  void Dial(uint16_t port, int count) {
    for (int i = 0; i < count; ++i) Dial(*Address::FromIp("127.0.0.1", port));
  }
  bool Accepts(size_t count) {
    return RunUntil(&loop_, [this, count] { return accepted_.size() == count; });
  }
  // No client was reset or forgotten: each receives the byte sent by its accepted end.
  void ExpectAllServed() {
    ASSERT_EQ(accepted_.size(), clients_.size());
    for (const int fd : accepted_) ASSERT_EQ(send(fd, "k", 1, MSG_NOSIGNAL), 1);
    for (const int fd : clients_) {
      char byte = 0;
      ASSERT_EQ(recv(fd, &byte, 1, 0), 1) << strerror(errno);
    }
  }
  ~ListenerTest() override {
    for (const int fd : accepted_) close(fd);
    for (const int fd : clients_) close(fd);
  }

  EventLoop loop_;
  std::string error_;
  std::vector<int> accepted_, clients_;
  std::vector<Address> peers_;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_LISTENER_FIXTURE_H_
