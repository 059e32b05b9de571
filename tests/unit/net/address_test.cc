#include "proxy/net/address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <string>

namespace banto::net {
namespace {

TEST(Address, PrintedFormsCanBeDialled) {
  EXPECT_EQ(Address::FromIp("127.0.0.1", 80)->ToString(), "127.0.0.1:80");
  EXPECT_EQ(Address::FromIp("::1", 8080)->ToString(), "[::1]:8080");
  EXPECT_EQ(Address::FromIp("0:0:0:0:0:0:0:1", 1)->Ip(), "::1");
  EXPECT_EQ(Address::FromUnixPath("/run/x.sock")->ToString(), "unix:/run/x.sock");
  EXPECT_EQ(Address::FromUnixPath("/run/x.sock")->Ip(), "/run/x.sock");
}

TEST(Address, NamesAndIncompleteNumbersAreNotAddresses) {
  for (const char* text : {"", "gpu1", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "1.2.3.256",
                           " 1.2.3.4", "1.2.3.4:80", "::g"}) {
    EXPECT_FALSE(Address::FromIp(text, 80)) << text;
  }
  EXPECT_FALSE(Address::FromIp(std::string_view("1.2.3.4\0x", 9), 80));
}

TEST(Address, UnixPathMustFit) {
  EXPECT_FALSE(Address::FromUnixPath(""));
  EXPECT_TRUE(Address::FromUnixPath("/" + std::string(106, 'x')));
  EXPECT_FALSE(Address::FromUnixPath("/" + std::string(107, 'x')));
}

TEST(Address, EqualityComparesAllParts) {
  EXPECT_EQ(*Address::FromIp("10.0.0.1", 80), *Address::FromIp("10.0.0.1", 80));
  EXPECT_FALSE(*Address::FromIp("10.0.0.1", 80) == *Address::FromIp("10.0.0.1", 81));
  EXPECT_FALSE(*Address::FromIp("10.0.0.1", 80) == *Address::FromIp("10.0.0.2", 80));
  EXPECT_FALSE(*Address::FromIp("::1", 80) == *Address::FromIp("127.0.0.1", 80));
}

TEST(Address, MappedIpv4IsShownAsIpv4) {
  const Address v6 = *Address::FromIp("::ffff:10.1.2.3", 4711);
  const Address raw = Address::FromRaw(v6.raw(), v6.size());
  EXPECT_EQ(raw.family(), AF_INET);
  EXPECT_EQ(raw.ToString(), "10.1.2.3:4711");
  EXPECT_EQ(raw, *Address::FromIp("10.1.2.3", 4711));
}

TEST(Address, UnnamedUnixPeerHasNoPath) {
  sockaddr_un raw{};
  raw.sun_family = AF_UNIX;
  const auto peer =
      Address::FromRaw(reinterpret_cast<const sockaddr*>(&raw), sizeof(raw.sun_family));
  EXPECT_EQ(peer.Ip(), "");
  EXPECT_EQ(peer.ToString(), "unix:");
  EXPECT_EQ(peer.port(), 0);
}

}  // namespace
}  // namespace banto::net
