// Set-up shared by the tests of TlsStream.
#ifndef BANTO_TESTS_UNIT_NET_TLS_STREAM_FIXTURE_H_
#define BANTO_TESTS_UNIT_NET_TLS_STREAM_FIXTURE_H_

#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>

#include "proxy/net/stream.h"
#include "proxy/net/tls_context.h"
#include "proxy/net/tls_stream.h"
#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_peer.h"
#include "tests/unit/net/tls_test_server.h"

namespace banto::net {

// One authority and one certificate for all tests: generating keys is slow.
inline const Identity& Authority() {
  static const Identity made = MakeIdentity({.common_name = "test authority"}, nullptr);
  return made;
}
inline const Identity& Gpu1() {
  static const Identity made = MakeIdentity(
      {.common_name = "x", .alt_names = "DNS:gpu1,DNS:*.wild.test,IP:127.0.0.1"}, &Authority());
  return made;
}

class TlsStreamTest : public ::testing::Test {
 protected:
  TlsStreamTest() : ca_(Authority()) {
    signal(SIGPIPE, SIG_IGN);  // for the server's side; ours never raises it
    context_ = MakeContext({.ca_file = ca_.path()});
  }

  static std::unique_ptr<TlsContext> MakeContext(const TlsSettings& settings) {
    std::string error;
    auto made = TlsContext::Create(settings, &error);
    EXPECT_NE(made, nullptr) << error;
    return made;
  }
  // The error passed to OnConnected.
  int Connect(const Address& address, const std::string& name) {
    handler_.connected = 0;
    handler_.ended = false;
    stream_ = Stream::Connect(&loop_, address, {context_.get(), name}, &handler_);
    handler_.stream = stream_.get();
    EXPECT_EQ(handler_.connected, 0);
    EXPECT_TRUE(RunUntil(&loop_, [this] { return handler_.connected > 0; }));
    EXPECT_EQ(handler_.connected, 1);
    return handler_.connect_error;
  }
  // Connects to a server with `identity` and returns detail(); "" on success.
  std::string Verdict(const Identity& identity, const std::string& name) {
    TlsTestServer server(identity, 1, [](TlsTestPeer* peer) { peer->Receive(1); });
    const int error = Connect(server.address(), name);
    const std::string detail = stream_->detail();
    EXPECT_EQ(error, detail.empty() ? 0 : EPROTO) << detail;
    stream_.reset();
    return detail;
  }
  bool Resumed() const { return dynamic_cast<TlsStream*>(stream_.get())->resumed(); }

  EventLoop loop_;
  PemFile ca_;
  std::unique_ptr<TlsContext> context_;
  NotingHandler handler_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_TLS_STREAM_FIXTURE_H_
