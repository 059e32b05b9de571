#include "proxy/net/tls_stream.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proxy/net/tls_context.h"
#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_peer.h"
#include "tests/unit/net/tls_stream_fixture.h"
#include "tests/unit/net/tls_test_server.h"

namespace banto::net {
namespace {

TEST_F(TlsStreamTest, BytesGoBothWays) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer* peer) {
    peer->Send("you said " + peer->Receive(5));
    peer->CloseNotify();
  });
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0) << stream_->detail();
  handler_.to_write = "hello";
  EXPECT_EQ(handler_.WriteOnce().bytes, 5u);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "you said hello");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kEof);
  EXPECT_EQ(server.sni(), "gpu1");
  EXPECT_EQ(server.alpn(), "\x08http/1.1");
}

TEST_F(TlsStreamTest, CertificateIsChecked) {
  EXPECT_EQ(Verdict(Gpu1(), "gpu1"), "");
  EXPECT_EQ(Verdict(Gpu1(), "GPU1."), "");
  EXPECT_EQ(Verdict(Gpu1(), "a.wild.test"), "");
  EXPECT_EQ(Verdict(Gpu1(), "127.0.0.1"), "");
  EXPECT_EQ(Verdict(Gpu1(), "gpu2"), "certificate verify failed: hostname mismatch (gpu2)");
  EXPECT_EQ(Verdict(Gpu1(), "a.b.wild.test"),
            "certificate verify failed: hostname mismatch (a.b.wild.test)");
  EXPECT_EQ(Verdict(Gpu1(), "127.0.0.2"),
            "certificate verify failed: IP address mismatch (127.0.0.2)");
  EXPECT_EQ(Verdict(Gpu1(), ""), "TLS cannot be set up: bad server name ()");
}

TEST_F(TlsStreamTest, ExpiredAndFutureAreRefused) {
  const Identity expired = MakeIdentity(
      {.common_name = "x", .alt_names = "DNS:gpu1", .valid_from_s = -7200, .valid_for_s = 3600},
      &Authority());
  EXPECT_EQ(Verdict(expired, "gpu1"), "certificate verify failed: certificate has expired (gpu1)");
  const Identity future = MakeIdentity(
      {.common_name = "x", .alt_names = "DNS:gpu1", .valid_from_s = 3600}, &Authority());
  EXPECT_EQ(Verdict(future, "gpu1"),
            "certificate verify failed: certificate is not yet valid (gpu1)");
}

TEST_F(TlsStreamTest, SelfSignedIsRefusedUnlessNotVerified) {
  const Identity alone = MakeIdentity({.common_name = "gpu1", .alt_names = "DNS:gpu1"}, nullptr);
  EXPECT_EQ(Verdict(alone, "gpu1"), "certificate verify failed: self-signed certificate (gpu1)");
  context_ = MakeContext({.verify = false});
  EXPECT_EQ(Verdict(alone, "gpu1"), "");
  EXPECT_EQ(Verdict(alone, "another"), "");
  EXPECT_EQ(Verdict(alone, ""), "");
}

TEST_F(TlsStreamTest, UnknownAuthorityIsRefused) {
  context_ = MakeContext({});
  EXPECT_EQ(Verdict(Gpu1(), "gpu1"),
            "certificate verify failed: unable to get local issuer certificate (gpu1)");
}

TEST_F(TlsStreamTest, AddressIsNotSentAsServerName) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer* peer) { peer->Receive(1); });
  EXPECT_EQ(Connect(server.address(), "127.0.0.1"), 0);
  EXPECT_EQ(server.sni(), "(none)");
  stream_.reset();
}

TEST_F(TlsStreamTest, MissingAuthorityFileIsExplained) {
  std::string error;
  EXPECT_EQ(TlsContext::Create({.ca_file = "/nonexistent/ca.pem"}, &error), nullptr);
  EXPECT_EQ(error, "cannot read CA file /nonexistent/ca.pem: No such file or directory");
}

TEST_F(TlsStreamTest, ServerWithoutTlsIsExplained) {
  const RawServer server;
  std::thread plain([&server] {
    const int fd = server.Accept();
    SendAll(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
    char byte;
    while (recv(fd, &byte, 1, 0) > 0) {
    }
    close(fd);
  });
  EXPECT_EQ(Connect(server.address(), "gpu1"), EPROTO);
  EXPECT_EQ(stream_->detail(), "TLS handshake failed: wrong version number (gpu1)");
  stream_.reset();
  plain.join();
}

TEST_F(TlsStreamTest, CloseDuringTheHandshakeIsAReset) {
  const RawServer server;
  std::thread plain([&server] {
    const int fd = server.Accept();
    char buffer[4096];
    recv(fd, buffer, sizeof(buffer), 0);
    close(fd);
  });
  EXPECT_EQ(Connect(server.address(), "gpu1"), ECONNRESET);
  EXPECT_EQ(stream_->detail(), "closed during the TLS handshake");
  plain.join();
}

TEST_F(TlsStreamTest, RefusedConnectionIsNotATlsError) {
  const RawServer nobody(/*listening=*/false);
  EXPECT_EQ(Connect(nobody.address(), "gpu1"), ECONNREFUSED);
  EXPECT_EQ(stream_->detail(), "");
}

TEST_F(TlsStreamTest, EndWithoutCloseNotifyIsNotEof) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer* peer) {
    peer->Send("half an ans");
    shutdown(peer->fd(), SHUT_WR);  // somebody on the path closes the connection cleanly
    peer->Receive(1);
  });
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_EQ(handler_.got, "half an ans");
  EXPECT_EQ(handler_.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler_.last_read->error, ECONNRESET);
  EXPECT_EQ(stream_->detail(), "closed without close_notify");
  stream_.reset();
}

// TLS 1.2 delivers its session in the handshake, TLS 1.3 afterwards.
class TlsVersionTest : public TlsStreamTest, public ::testing::WithParamInterface<int> {};

TEST_P(TlsVersionTest, SecondConnectionResumesTheFirstOnesSession) {
  std::atomic<int> resumed{0};
  TlsTestServer server(
      Gpu1(), 3,
      [&resumed](TlsTestPeer* peer) {
        resumed += peer->resumed() ? 1 : 0;
        peer->Send("x");
        EXPECT_TRUE(peer->EndsCleanly());
      },
      GetParam());
  for (int i = 0; i < 3; ++i) {
    handler_.got.clear();
    ASSERT_EQ(Connect(server.address(), "gpu1"), 0) << stream_->detail();
    // The ticket arrives with or before the first byte.
    EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "x"; }));
    EXPECT_EQ(Resumed(), i > 0);
    stream_.reset();
  }
  EXPECT_TRUE(RunUntil(&loop_, [&] { return server.handshakes() == 3; }));
  EXPECT_EQ(resumed, 2);
}

TEST_P(TlsVersionTest, BrokenConnectionDoesNotSpoilTheSession) {
  TlsTestServer server(
      Gpu1(), 2,
      [](TlsTestPeer* peer) {
        peer->Send("x");
        peer->Receive(1);
      },
      GetParam());
  for (int i = 0; i < 2; ++i) {
    handler_.got.clear();
    ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
    EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got == "x"; }));
    EXPECT_EQ(Resumed(), i > 0);
    stream_->ResetOnClose();
    stream_.reset();
  }
}

TEST_P(TlsVersionTest, LargeBodiesGoBothWaysThroughSmallBuffers) {
  std::string body(3 * 1024 * 1024, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 8);
  bool same = false;
  TlsTestServer server(
      Gpu1(), 1,
      [&](TlsTestPeer* peer) {
        same = peer->Receive(body.size()) == body;
        peer->Send(body);
        peer->CloseNotify();
        peer->Receive(1);
      },
      GetParam());
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
  handler_.read_size = 5000;  // a record needs several reads, and epoll reports only the first
  handler_.to_write = body;
  EXPECT_NE(handler_.WriteOnce().status, IoStatus::kError);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.ended; }));
  EXPECT_TRUE(handler_.got == body);
  EXPECT_EQ(handler_.last_read->status, IoStatus::kEof);
  stream_.reset();
  EXPECT_TRUE(same);
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsVersionTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_F(TlsStreamTest, ManySmallPiecesAreOneRecord) {
  std::string got;
  {
    TlsTestServer server(Gpu1(), 1, [&got](TlsTestPeer* peer) {
      char buffer[1024];
      const int n = SSL_read(peer->ssl(), buffer, sizeof(buffer));  // never more than one record
      got.assign(buffer, n > 0 ? static_cast<size_t>(n) : 0);
    });
    ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
    std::string a = "POST / HTTP/1.1\r\n", none, b = "\r\n", c = "{}";
    const iovec pieces[] = {{none.data(), 0},     {a.data(), a.size()}, {none.data(), 0},
                            {b.data(), b.size()}, {c.data(), c.size()}, {none.data(), 0}};
    EXPECT_EQ(stream_->Write(pieces, 6).bytes, a.size() + b.size() + c.size());
  }
  EXPECT_EQ(got, "POST / HTTP/1.1\r\n\r\n{}");
}

TEST_F(TlsStreamTest, PiecesOfAllSizesKeepTheirOrder) {
  std::string sent;
  std::vector<std::string> parts;
  for (const size_t size : {1, 16 * 1024, 3, 40'000, 0, 16'383, 1, 100'000}) {
    parts.emplace_back(size, static_cast<char>('a' + parts.size()));
    sent += parts.back();
  }
  std::string got;
  {
    TlsTestServer server(Gpu1(), 1, [&](TlsTestPeer* peer) { got = peer->Receive(sent.size()); });
    ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
    std::vector<iovec> pieces;
    for (std::string& part : parts) pieces.push_back({part.data(), part.size()});
    const IoResult first = stream_->Write(pieces.data(), static_cast<int>(pieces.size()));
    ASSERT_EQ(first.status, IoStatus::kOk);
    handler_.to_write = sent.substr(first.bytes);
    if (!handler_.to_write.empty()) handler_.WriteOnce();
    EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.to_write.empty(); }));
  }
  EXPECT_TRUE(got == sent);
}

TEST_F(TlsStreamTest, BytesBufferedByOpensslAreReportedAfterAPause) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer* peer) {
    peer->Send(std::string(10'000, 'x'));
    peer->Receive(1);
  });
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
  handler_.greedy = false;
  handler_.read_size = 100;
  EXPECT_TRUE(RunUntil(&loop_, [this] {
    if (handler_.readable > 0) handler_.ReadOnce();
    return !handler_.got.empty();
  }));
  stream_->SetReading(false);
  const int before = handler_.readable;
  RunTurns(&loop_, 10);
  EXPECT_EQ(handler_.readable, before);
  handler_.greedy = true;
  stream_->SetReading(true);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.got.size() == 10'000; }));
  stream_.reset();
}

TEST_F(TlsStreamTest, PeerCloseWhilePausedIsReported) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer* peer) { peer->CloseNotify(); });
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
  handler_.greedy = false;
  stream_->SetReading(false);
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  handler_.ReadOnce();
  EXPECT_EQ(handler_.last_read->status, IoStatus::kEof);
}

TEST_F(TlsStreamTest, WriteToAClosedPeerIsAnErrorWithoutASignal) {
  TlsTestServer server(Gpu1(), 1, [](TlsTestPeer*) {});  // closes with a FIN
  ASSERT_EQ(Connect(server.address(), "gpu1"), 0);
  handler_.greedy = false;  // a reader would notice first that the peer is gone
  EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.readable > 0; }));
  signal(SIGPIPE, SIG_DFL);
  // The first write provokes the peer's RST, the next one fails with EPIPE.
  EXPECT_TRUE(RunUntil(&loop_, [this] {
    handler_.to_write = "x";
    return handler_.WriteOnce().status == IoStatus::kError;
  }));
  stream_.reset();
  signal(SIGPIPE, SIG_IGN);
}

TEST_F(TlsStreamTest, ConnectionsOnManyThreadsShareTheSessions) {
  constexpr int kThreads = 4, kEach = 10;
  TlsTestServer server(Gpu1(), kThreads * kEach, [](TlsTestPeer* peer) {
    peer->Send("x");
    peer->Receive(1);
  });
  std::atomic<int> resumed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      EventLoop loop;
      for (int i = 0; i < kEach; ++i) {
        NotingHandler handler;
        auto stream = Stream::Connect(&loop, server.address(), {context_.get(), "gpu1"}, &handler);
        handler.stream = stream.get();
        EXPECT_TRUE(RunUntil(
            &loop, [&handler] { return handler.got == "x"; }, 60'000));
        resumed += dynamic_cast<TlsStream*>(stream.get())->resumed() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // The server takes one connection at a time: only those made before the first ticket arrived lack
  // a session.
  EXPECT_GE(resumed, kThreads * kEach - kThreads);
}

}  // namespace
}  // namespace banto::net
