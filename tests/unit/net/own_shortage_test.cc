#include "proxy/net/own_shortage.h"

#include <gtest/gtest.h>

namespace banto::net {
namespace {

TEST(OwnShortage, CoversWhatThisMachineLacks) {
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC, EADDRNOTAVAIL})
    EXPECT_TRUE(IsOwnShortage(error)) << error;
}

TEST(OwnShortage, ErrorsOfPeerOrNetworkDoNotCount) {
  for (const int error : {0, ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EPIPE,
                          EPROTO, EAGAIN, ENOENT})
    EXPECT_FALSE(IsOwnShortage(error)) << error;
}

TEST(OwnShortage, MissingIpv6IsNotAShortageOfPorts) {
  EXPECT_FALSE(IsOwnShortage(EADDRNOTAVAIL, AF_INET6));
  EXPECT_TRUE(IsOwnShortage(EMFILE, AF_INET6));
}

}  // namespace
}  // namespace banto::net
