#include "proxy/net/private_host.h"

#include <gtest/gtest.h>

namespace banto::net {
namespace {

TEST(PrivateHost, AddressesNotRoutedOnTheInternetArePrivate) {
  for (const char* host :
       {"127.0.0.1", "127.9.9.9", "10.0.0.11", "172.16.0.1", "172.31.255.255", "192.168.1.5",
        "169.254.1.1", "100.64.0.1", "100.127.9.9", "0.0.0.0", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fd00::12", "fc00::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(IsPrivateHost(host)) << host;
  }
}

TEST(PrivateHost, OtherAddressesAreNot) {
  for (const char* host : {"8.8.8.8", "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1",
                           "100.63.255.255", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8"}) {
    EXPECT_FALSE(IsPrivateHost(host)) << host;
  }
}

TEST(PrivateHost, NamesKnownOnlyToTheLocalNetworkArePrivate) {
  for (const char* host :
       {"", "localhost", "gpu1", "ollama", "gpu1.local", "gpu1.lan", "x.internal", "vllm.llm.svc",
        "vllm.llm.svc.cluster.local", "a.localhost", "gpu1.lan."}) {
    EXPECT_TRUE(IsPrivateHost(host)) << host;
  }
  for (const char* host : {"api.openai.com", "abc.ngrok-free.app", "gpu1.example.com",
                           "local.example", "10.0.0.1.evil.com"}) {
    EXPECT_FALSE(IsPrivateHost(host)) << host;
  }
}

}  // namespace
}  // namespace banto::net
