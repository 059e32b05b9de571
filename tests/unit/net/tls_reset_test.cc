#include <errno.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/unit/net/tls_stream_fixture.h"
#include "tests/unit/net/tls_test_server.h"

namespace banto::net {
namespace {

// The server's data and its reset arrive before the stream reads.
TEST_F(TlsStreamTest, ResetArrivingWithBytesIsReported) {
  std::optional<TlsTestServer> server(std::in_place, Gpu1(), 1, [](TlsTestPeer* peer) {
    peer->ResetOnClose();
    peer->Receive(1);
    peer->Send("last words");
  });
  ASSERT_EQ(Connect(server->address(), "gpu1"), 0);
  handler_.to_write = "x";
  handler_.WriteOnce();
  server.reset();
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "last words");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
}

TEST_F(TlsStreamTest, ResetWhilePausedIsReportedDespiteUnreadBytes) {
  for (const std::string unread : {"", "unread"}) {
    std::optional<TlsTestServer> server(std::in_place, Gpu1(), 1, [&](TlsTestPeer* peer) {
      peer->ResetOnClose();
      peer->Receive(1);
      if (!unread.empty()) peer->Send(unread);
    });
    ASSERT_EQ(Connect(server->address(), "gpu1"), 0);
    stream_->SetReading(false);
    handler_.readable = 0;
    handler_.to_write = "x";
    handler_.WriteOnce();
    server.reset();
    handler_.greedy = false;
    EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
    EXPECT_TRUE(stream_->broken());
    handler_.greedy = true;
  }
}

}  // namespace
}  // namespace banto::net
