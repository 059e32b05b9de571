#include "proxy/net/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/net/listener_fixture.h"

namespace banto::net {
namespace {

TEST_F(ListenerTest, AcceptsMoreThanOneBatch) {
  auto listener = Listen("127.0.0.1:0");
  ASSERT_NE(listener, nullptr) << error_;
  ASSERT_NE(listener->port(), 0);
  Dial(listener->port(), 200);
  EXPECT_TRUE(Accepts(200));
  ExpectAllServed();
}

TEST_F(ListenerTest, AcceptedSocketIsReadyForAStream) {
  auto listener = Listen("127.0.0.1:0");
  Dial(listener->port(), 1);
  ASSERT_TRUE(Accepts(1));
  int on = 0;
  socklen_t size = sizeof(on);
  getsockopt(accepted_[0], IPPROTO_TCP, TCP_NODELAY, &on, &size);
  EXPECT_NE(on, 0);
  EXPECT_NE(fcntl(accepted_[0], F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(accepted_[0], F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(peers_[0].Ip(), "127.0.0.1");
}

TEST_F(ListenerTest, BatchLeavesRoomForOthers) {
  auto listener = Listen("127.0.0.1:0");
  Dial(listener->port(), 100);
  // All 100 are waiting; one poll may accept at most 64 of them.
  loop_.base()->Poll();
  const size_t after_one_look = accepted_.size();
  EXPECT_GT(after_one_look, 0u);
  EXPECT_LE(after_one_look, 64u);
  EXPECT_TRUE(Accepts(100));
}

TEST_F(ListenerTest, PausedListenerKeepsClientsWaiting) {
  auto listener = Listen("127.0.0.1:0");
  listener->SetAccepting(false);
  Dial(listener->port(), 3);
  RunTurns(&loop_, 10);
  EXPECT_TRUE(accepted_.empty());
  listener->SetAccepting(true);
  EXPECT_TRUE(Accepts(3));
  ExpectAllServed();
}

TEST_F(ListenerTest, PauseFromTheCallbackStopsAtOnce) {
  ListenAddress address;
  address.ip = "127.0.0.1";
  Listener* self = nullptr;
  auto listener = Listener::Create(
      &loop_, address,
      [&](int fd, const Address&) {
        accepted_.push_back(fd);
        if (accepted_.size() == 2) self->SetAccepting(false);
      },
      &error_);
  self = listener.get();
  Dial(listener->port(), 5);
  ASSERT_TRUE(Accepts(2));
  RunTurns(&loop_, 10);
  EXPECT_EQ(accepted_.size(), 2u);
  listener->SetAccepting(true);
  EXPECT_TRUE(Accepts(5));
}

TEST_F(ListenerTest, DrainAndCloseLosesNobody) {
  auto listener = Listen("127.0.0.1:0");
  auto other = Listen("127.0.0.1:" + std::to_string(listener->port()));  // SO_REUSEPORT
  ASSERT_NE(other, nullptr) << error_;
  Dial(listener->port(), 300);
  listener->DrainAndClose();
  listener->DrainAndClose();  // harmless
  Dial(other->port(), 50);
  EXPECT_TRUE(Accepts(350));
  ExpectAllServed();
}

TEST_F(ListenerTest, PausedListenerDrainsToo) {
  auto listener = Listen("127.0.0.1:0");
  listener->SetAccepting(false);
  Dial(listener->port(), 100);
  listener->DrainAndClose();
  EXPECT_EQ(accepted_.size(), 100u);
  ExpectAllServed();
  const Address gone = *Address::FromIp("127.0.0.1", listener->port());
  const int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_NE(connect(late, gone.raw(), gone.size()), 0);
  close(late);
}

TEST_F(ListenerTest, RestsWhenDescriptorsRunOutAndComesBack) {
  auto listener = Listen("127.0.0.1:0");
  Dial(listener->port(), 5);
  ASSERT_TRUE(Accepts(5));
  Dial(listener->port(), 2);
  rlimit old{};
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit none = old;
  // No new descriptor can be opened, but open ones keep working. (A limit of 0 would also stop
  // poll(2), which rejects more descriptors than the limit.)
  const int lowest_free = dup(clients_.back());
  close(lowest_free);
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  setrlimit(RLIMIT_NOFILE, &none);
  RunTurns(&loop_, 20);
  const size_t at_the_limit = accepted_.size();
  setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_EQ(at_the_limit, 5u);
  EXPECT_TRUE(Accepts(7));
  ExpectAllServed();
}

TEST_F(ListenerTest, EmptyAddressAcceptsIpv4AndShowsItAsSuch) {
  auto listener = Listen(":0");
  ASSERT_NE(listener, nullptr) << error_;
  Dial(listener->port(), 1);
  ASSERT_TRUE(Accepts(1));
  EXPECT_EQ(peers_[0].Ip(), "127.0.0.1");
}

TEST_F(ListenerTest, PortInUseIsExplained) {
  const RawServer holder;  // without SO_REUSEPORT
  const std::string where = "127.0.0.1:" + std::to_string(holder.address().port());
  EXPECT_EQ(Listen(where), nullptr);
  EXPECT_EQ(error_, "cannot listen on " + where + ": Address already in use");
}

TEST_F(ListenerTest, ForeignAddressIsExplained) {
  EXPECT_EQ(Listen("203.0.113.1:0"), nullptr);
  EXPECT_EQ(error_, "cannot listen on 203.0.113.1:0: Cannot assign requested address");
}

}  // namespace
}  // namespace banto::net
