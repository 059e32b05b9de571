#include "proxy/client/client_address.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto {
namespace {

std::vector<net::Network> Networks(std::initializer_list<const char*> texts) {
  std::vector<net::Network> networks;
  std::string error, meant;
  for (const char* text : texts)
    networks.push_back(net::Network::Parse(text, &error, &meant).value());
  return networks;
}

Peer PeerAt(const char* ip) { return {ip, net::IpNumber::Parse(ip)}; }

// Whom a request with these lines comes from, at a peer and behind proxies that are both trusted.
std::string Client(const std::string& fields) {
  const std::string in = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  http::RequestHead head;
  EXPECT_EQ(http::ParseRequestHead(in, 0, {}, &head).status, http::ParseStatus::kDone) << in;
  return std::string(ForwardedClient(head, PeerAt("127.0.0.1"),
                                     Networks({"127.0.0.0/8", "10.0.0.0/8", "fd00::/8"})));
}

TEST(ForwardedClient, IsTheRightmostAddressThatIsNotTrusted) {
  EXPECT_EQ(Client("X-Forwarded-For: 203.0.113.7\r\n"), "203.0.113.7");
  EXPECT_EQ(Client("X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n"), "203.0.113.7");
  EXPECT_EQ(Client("X-Forwarded-For: 203.0.113.7,10.0.0.1 , 10.0.0.2\r\n"), "203.0.113.7");
  EXPECT_EQ(Client("X-Forwarded-For: 2001:db8::7, fd00::1\r\n"), "2001:db8::7");
}

TEST(ForwardedClient, LinesAreOneList) {
  EXPECT_EQ(Client("X-Forwarded-For: 203.0.113.7\r\nA: b\r\nX-Forwarded-For: 10.0.0.1\r\n"),
            "203.0.113.7");
  EXPECT_EQ(Client("X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 203.0.113.7\r\n"), "203.0.113.7");
}

TEST(ForwardedClient, IsTheLeftmostWhereAllAreTrusted) {
  EXPECT_EQ(Client("X-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n"), "10.0.0.1");
}

TEST(ForwardedClient, IsThePeerWhereNobodyIsNamed) {
  for (const char* value : {"", ",", " , ,", "unknown", "_hidden", "203.0.113.7 x", "1.2.3", "*"})
    EXPECT_EQ(Client(std::string("X-Forwarded-For: ") + value + "\r\n"), "127.0.0.1") << value;
  EXPECT_EQ(Client(""), "127.0.0.1");
}

TEST(ForwardedClient, WhatStandsLeftOfRubbishDoesNotCount) {
  EXPECT_EQ(Client("X-Forwarded-For: 203.0.113.7, unknown, 10.0.0.1\r\n"), "10.0.0.1");
}

TEST(ForwardedClient, PortsAreNotPartOfAnAddress) {
  EXPECT_EQ(Client("X-Forwarded-For: 203.0.113.7:80\r\n"), "203.0.113.7");
  EXPECT_EQ(Client("X-Forwarded-For: [2001:db8::7]:80\r\n"), "2001:db8::7");
  EXPECT_EQ(Client("X-Forwarded-For: [2001:db8::7]\r\n"), "2001:db8::7");
  for (const char* value : {"203.0.113.7:", "[2001:db8::7", "[]", "[::1]x", ":80", "[203.0.113.7"})
    EXPECT_EQ(Client(std::string("X-Forwarded-For: ") + value + "\r\n"), "127.0.0.1") << value;
}

TEST(Peer, OfAUnixSocketIsTrustedWhateverTheNetworks) {
  EXPECT_TRUE(Peer().TrustedBy({}));
  EXPECT_FALSE(PeerAt("127.0.0.1").TrustedBy({}));
  EXPECT_TRUE(PeerAt("10.2.3.4").TrustedBy(Networks({"127.0.0.0/8", "10.0.0.0/8"})));
}

TEST(ForwardedClient, OfAPeerThatIsNotTrustedIsThePeer) {
  http::RequestHead head;
  ASSERT_EQ(http::ParseRequestHead(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n", 0, {}, &head)
                .status,
            http::ParseStatus::kDone);
  EXPECT_EQ(ForwardedClient(head, PeerAt("198.51.100.1"), Networks({"127.0.0.0/8"})),
            "198.51.100.1");
}

}  // namespace
}  // namespace banto
