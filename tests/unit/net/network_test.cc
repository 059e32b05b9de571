#include "proxy/net/network.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::net {
namespace {

Network Of(std::string_view text) {
  std::string error, meant;
  const auto network = Network::Parse(text, &error, &meant);
  EXPECT_TRUE(network) << text << " " << error;
  return network.value_or(Network());
}

bool Has(std::string_view network, std::string_view address) {
  return Of(network).Has(IpNumber::Parse(address).value());
}

std::string ErrorOf(std::string_view text) {
  std::string error, meant;
  EXPECT_FALSE(Network::Parse(text, &error, &meant)) << text;
  return meant.empty() ? error : error + ": " + meant;
}

TEST(Network, ContainsTheAddressesOfItsPrefixOnly) {
  EXPECT_TRUE(Has("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(Has("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(Has("192.168.4.0/23", "192.168.5.255"));
  EXPECT_FALSE(Has("192.168.4.0/23", "192.168.6.0"));
  EXPECT_TRUE(Has("0.0.0.0/0", "203.0.113.7"));
  EXPECT_TRUE(Has("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Has("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(Has("2001:db8::8/125", "2001:db8::f"));
  EXPECT_FALSE(Has("2001:db8::8/125", "2001:db8::10"));
  EXPECT_TRUE(Has("::/0", "fe80::1"));
}

TEST(Network, SingleAddressIsANetworkOfOne) {
  EXPECT_TRUE(Has("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(Has("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(Has("::1", "0:0:0:0:0:0:0:1"));
  EXPECT_FALSE(Has("::1", "::2"));
}

TEST(Network, MappedAddressEqualsItsIpv4Address) {
  EXPECT_TRUE(Has("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(Has("::ffff:10.0.0.0/104", "10.1.2.3"));
  EXPECT_EQ(Of("::ffff:10.0.0.0/104"), Of("10.0.0.0/8"));
  EXPECT_EQ(Of("::ffff:10.1.2.3"), Of("10.1.2.3/32"));
}

TEST(Network, Ipv6NetworkContainsNoIpv4Addresses) {
  EXPECT_FALSE(Has("::/0", "10.1.2.3"));
  EXPECT_FALSE(Has("0.0.0.0/0", "::1"));
}

TEST(Network, ErrorsSayWhatIsWrongAndWhatWasMeant) {
  for (const char* text : {"", "gpu1", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.01", "/8",
                           "10.0.0.0 /8", " 10.0.0.1", "[::1]", "::g", "1:2", "fe80::1%eth0", "*"})
    EXPECT_EQ(ErrorOf(text), "is not an IP address or network") << text;
  for (const char* text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8",
                           "10.0.0.0/255.0.0.0", "10.0.0.0/8/8", "10.0.0.0/99999999999"})
    EXPECT_EQ(ErrorOf(text), "has a prefix outside 0 to 32") << text;
  EXPECT_EQ(ErrorOf("::/129"), "has a prefix outside 0 to 128");
  EXPECT_EQ(ErrorOf("10.1.2.3/8"), "is an address inside a network: 10.0.0.0/8");
  EXPECT_EQ(ErrorOf("2001:db8::1/64"), "is an address inside a network: 2001:db8::/64");
}

TEST(IpNumber, SocketAddressEqualsItsText) {
  for (const char* text : {"127.0.0.1", "203.0.113.255", "::1", "2001:db8:1:2:3:4:5:6"}) {
    EXPECT_EQ(IpNumber::Of(*Address::FromIp(text, 80)), IpNumber::Parse(text)) << text;
  }
  EXPECT_FALSE(IpNumber::Of(*Address::FromUnixPath("/run/x.sock")));
}

TEST(Network, AnyOfSeveralIsEnoughAndAnEmptyListContainsNothing) {
  const Network networks[] = {Of("127.0.0.0/8"), Of("::1")};
  EXPECT_TRUE(AnyHas(networks, *IpNumber::Parse("::1")));
  EXPECT_TRUE(AnyHas(networks, *IpNumber::Parse("127.9.9.9")));
  EXPECT_FALSE(AnyHas(networks, *IpNumber::Parse("10.0.0.1")));
  EXPECT_FALSE(AnyHas({}, *IpNumber::Parse("127.0.0.1")));
}

}  // namespace
}  // namespace banto::net
