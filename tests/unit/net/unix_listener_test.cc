// Listeners on a path in the file system, which outlives the process that created it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "tests/unit/net/listener_fixture.h"

namespace banto::net {
namespace {

class UnixListenerTest : public ListenerTest {
 protected:
  UnixListenerTest() {
    folder_ = ::testing::TempDir() + "banto-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/s";
  }
  ~UnixListenerTest() override {
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  bool PathExists() const {
    struct stat entry;
    return lstat(path_.c_str(), &entry) == 0;
  }
  std::string folder_, path_;
};

TEST_F(UnixListenerTest, AllListenersOfAPathShareItsClients) {
  EventLoop other;
  auto first = Listen("unix:" + path_);
  auto second = Listen("unix:" + path_, &other);
  ASSERT_NE(first, nullptr) << error_;
  ASSERT_NE(second, nullptr) << error_;
  EXPECT_EQ(first->port(), 0);
  Dial(*Address::FromUnixPath(path_));
  EXPECT_TRUE(Accepts(1));
  EXPECT_EQ(peers_[0].family(), AF_UNIX);
  first.reset();
  EXPECT_TRUE(PathExists());
  Dial(*Address::FromUnixPath(path_));
  EXPECT_TRUE(RunUntil(&other, [this] { return accepted_.size() == 2; }));
  ExpectAllServed();
  second.reset();
  EXPECT_FALSE(PathExists());
}

TEST_F(UnixListenerTest, PathOfAKilledProcessIsTakenOver) {
  const Address address = *Address::FromUnixPath(path_);
  const int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(dead, address.raw(), address.size()), 0);
  close(dead);
  ASSERT_TRUE(PathExists());
  EXPECT_NE(Listen("unix:" + path_), nullptr) << error_;
}

TEST_F(UnixListenerTest, PathOfALivingServerIsLeftAlone) {
  const Address address = *Address::FromUnixPath(path_);
  const int alive = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(bind(alive, address.raw(), address.size()), 0);
  ASSERT_EQ(listen(alive, 4), 0);
  EXPECT_EQ(Listen("unix:" + path_), nullptr);
  EXPECT_EQ(error_, "cannot listen on unix:" + path_ + ": Address already in use");
  close(alive);
}

TEST_F(UnixListenerTest, OrdinaryFileIsLeftAlone) {
  const int file = open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  close(file);
  EXPECT_EQ(Listen("unix:" + path_), nullptr);
  EXPECT_TRUE(PathExists());
}

}  // namespace
}  // namespace banto::net
