#include "health/http_get.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <optional>

#include "watch_rig.h"

namespace banto::health {
namespace {

class HttpGetTest : public WatchRig {
 protected:
  HttpGetResult Get(HttpGetRequest request) {
    std::optional<HttpGetResult> result;
    HttpGet get(&loop_, &resolver_, nullptr, std::move(request), [&](const HttpGetResult& r) {
      EXPECT_FALSE(result) << "told twice";
      result = r;
    });
    EXPECT_FALSE(result) << "told from within the constructor";
    RunUntil([&] { return result.has_value(); });
    return result.value_or(HttpGetResult());
  }
  static HttpGetRequest To(uint16_t port, int64_t timeout_ms = 10'000) {
    HttpGetRequest request;
    request.url = LocalUrl(port);
    request.path = "/x";
    request.timeout_ms = timeout_ms;
    return request;
  }
};

TEST_F(HttpGetTest, ReturnsStatusFieldsAndBody) {
  ScriptedServer server(
      {{"/x", Page(404, "{\"a\":1}", "application/json",
                   "Server: llama.cpp\r\nngrok-error-code: ERR_NGROK_3200\r\n")}});
  const HttpGetResult result = Get(To(server.port()));
  EXPECT_EQ(result.status, 404);
  EXPECT_EQ(result.body, "{\"a\":1}");
  EXPECT_EQ(result.content_type, "application/json");
  EXPECT_EQ(result.server, "llama.cpp");
  EXPECT_EQ(result.ngrok_error, "ERR_NGROK_3200");
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.whole);
}

TEST_F(HttpGetTest, SendsHostFieldsAndPathAsConfigured) {
  ScriptedServer server({{"*", Page(200)}});
  HttpGetRequest request = To(server.port());
  request.path = "/base/x";
  request.host_header = "localhost:11434";
  request.headers = {{"Authorization", "Bearer k"}, {"X-Bad", "a\r\nX-Smuggled: 1"}};
  Get(request);
  EXPECT_EQ(server.requests(), std::vector<std::string>{"GET /base/x"});
  const std::string head = server.last_head();
  EXPECT_NE(head.find("\r\nHost: localhost:11434\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nAuthorization: Bearer k\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nConnection: close\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("\r\nX-Smuggled"), std::string::npos) << head;
}

TEST_F(HttpGetTest, ReadsChunksInterimAnswersAndBodiesUntilClose) {
  ScriptedServer server(
      {{"/x", Reply{"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"}}});
  EXPECT_EQ(Get(To(server.port())).body, "abc");
  server.Play({{"/x", Reply{"HTTP/1.0 200 OK\r\n\r\nuntil close"}}});
  const HttpGetResult until_close = Get(To(server.port()));
  EXPECT_EQ(until_close.body, "until close");
  EXPECT_TRUE(until_close.whole);
}

TEST_F(HttpGetTest, ACompressedBodyIsReadWithinItsBound) {
  // gzip of {"a":1}
  const std::string zipped(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\xaf"
      "\xac\x1b\x56\x07\x00\x00\x00",
      27);
  const std::string label = "Content-Encoding: gzip\r\n";
  ScriptedServer server({{"/x", Page(200, zipped, "application/json", label)}});
  HttpGetRequest request = To(server.port());
  const HttpGetResult result = Get(request);
  EXPECT_EQ(result.body, "{\"a\":1}");
  EXPECT_TRUE(result.whole);
  request.body_bytes_max = 6;
  EXPECT_FALSE(Get(request).whole);
  server.Play({{"/x", Page(200, "{\"b\":2}", "application/json", label)}});
  EXPECT_EQ(Get(To(server.port())).body, "{\"b\":2}") << "only the label says so";
}

TEST_F(HttpGetTest, ManyFieldsAreNotAFailure) {
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
  ScriptedServer server({{"/x", Page(200, "ok", "text/plain", fields)}});
  EXPECT_EQ(Get(To(server.port())).body, "ok");
}

TEST_F(HttpGetTest, RefusedConnectionIsNamed) {
  DeadPort port;
  const HttpGetResult result = Get(To(port.port()));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "connect: Connection refused");
  EXPECT_TRUE(result.refused);
}

// While it lives, the process cannot open another descriptor.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest = eventfd(0, 0);
    close(lowest);
    const rlimit none{.rlim_cur = static_cast<rlim_t>(lowest), .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(HttpGetTest, OurOwnLackOfDescriptorsIsNotTheWorkersFault) {
  ScriptedServer server({{"*", Page(200)}});
  {
    const NoDescriptors none;
    const HttpGetResult result = Get(To(server.port()));
    EXPECT_TRUE(result.own_shortage);
    EXPECT_FALSE(result.refused);
    EXPECT_EQ(result.error, "connect: Too many open files");
  }
  EXPECT_FALSE(Get(To(server.port())).own_shortage);
}

TEST_F(HttpGetTest, HangAfterAcceptEndsAtTheDeadline) {
  ScriptedServer server({{"/x", Reply{"", true}}});
  const HttpGetResult result = Get(To(server.port(), 60));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "timeout after 60 ms");
  EXPECT_FALSE(result.refused);
}

TEST_F(HttpGetTest, HangInTheBodyKeepsTheStatus) {
  ScriptedServer server({{"/x", Reply{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", true}}});
  const HttpGetResult result = Get(To(server.port(), 100));
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "half");
  EXPECT_EQ(result.error, "timeout after 100 ms");
  EXPECT_FALSE(result.whole);
}

TEST_F(HttpGetTest, EndlessBodyIsCutAtTheLimit) {
  ScriptedServer server({{"/x", Reply{"HTTP/1.1 200 OK\r\n\r\n", false, true}}});
  HttpGetRequest request = To(server.port());
  request.body_bytes_max = 100'000;
  const HttpGetResult result = Get(request);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body.size(), 100'000u);
  EXPECT_FALSE(result.whole);
}

TEST_F(HttpGetTest, GarbageTruncationAndSilenceAreNamed) {
  ScriptedServer server({{"/x", Reply{"SSH-2.0-OpenSSH_9.2\r\n\r\n"}}});
  EXPECT_EQ(Get(To(server.port())).error.find("bad answer: "), 0u);
  server.Play({{"/x", Reply{""}}});
  EXPECT_EQ(Get(To(server.port())).error, "closed without an answer");
  server.Play({{"/x", Reply{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}}});
  const HttpGetResult cut = Get(To(server.port()));
  EXPECT_EQ(cut.error, "closed in the middle of the body");
  EXPECT_FALSE(cut.whole);
  server.Play({{"/x", Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}}});
  EXPECT_FALSE(Get(To(server.port())).whole);
}

TEST_F(HttpGetTest, ConnectOnlySendsNothing) {
  ScriptedServer server({{"*", Page(200)}});
  HttpGetRequest request = To(server.port());
  request.connect_only = true;
  const HttpGetResult result = Get(request);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
  RunUntil([&] { return server.connections() == 1; });
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpGetTest, UnknownHostIsNamed) {
  net::ResolverOptions options;
  options.look_up = [](const std::string& host, uint16_t) {
    net::Resolution nothing;
    nothing.error = "cannot resolve " + host + ": Name or service not known";
    return nothing;
  };
  net::Resolver offline(options);
  HttpGetRequest request = To(1);
  request.url.host = "gpu1";
  std::string error;
  HttpGet get(&loop_, &offline, nullptr, request, [&](const HttpGetResult& r) { error = r.error; });
  RunUntil([&] { return !error.empty(); });
  EXPECT_EQ(error, "cannot resolve gpu1: Name or service not known");
}

TEST_F(HttpGetTest, LocalhostIsFoundOnEitherAddress) {
  ScriptedServer server({{"*", Page(200)}});  // on 127.0.0.1 only
  HttpGetRequest request = To(server.port());
  request.url.host = "localhost";
  EXPECT_EQ(Get(request).status, 200);
}

TEST_F(HttpGetTest, TlsRequestIsNeverSentInClear) {
  ScriptedServer server({{"*", Page(200)}});
  HttpGetRequest request = To(server.port());
  request.url.scheme = "https";
  EXPECT_EQ(Get(request).error, "no TLS settings");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpGetTest, DestroyingCancels) {
  ScriptedServer server({{"/x", Reply{"", true}}});
  bool told = false;
  auto get = std::make_unique<HttpGet>(&loop_, &resolver_, nullptr, To(server.port()),
                                       [&](const HttpGetResult&) { told = true; });
  RunUntil([&] { return server.requests().size() == 1; });
  get.reset();
  server.Play({{"/x", Page(200)}});
  EXPECT_EQ(Get(To(server.port())).status, 200);
  EXPECT_FALSE(told);
  // The same before anything was resolved.
  get = std::make_unique<HttpGet>(&loop_, &resolver_, nullptr, To(server.port()),
                                  [&](const HttpGetResult&) { told = true; });
  get.reset();
  EXPECT_EQ(Get(To(server.port())).status, 200);
  EXPECT_FALSE(told);
}

TEST_F(HttpGetTest, MayBeDestroyedInItsCallback) {
  ScriptedServer server({{"/x", Page(200, "{}")}});
  std::unique_ptr<HttpGet> get;
  bool told = false;
  get = std::make_unique<HttpGet>(&loop_, &resolver_, nullptr, To(server.port()),
                                  [&](const HttpGetResult& r) {
                                    get.reset();
                                    told = r.status == 200;
                                  });
  RunUntil([&] { return told; });
}

}  // namespace
}  // namespace banto::health
