#include "proxy/http/headers.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto::http {
namespace {

RequestHead Request(const std::string& fields, const std::string& line = "POST /v1?x=1 HTTP/1.1") {
  RequestHead head;
  const std::string in = line + "\r\nHost: client.example\r\n" + fields + "\r\n";
  const ParseResult result = ParseRequestHead(in, 0, {}, &head);
  EXPECT_EQ(result.status, ParseStatus::kDone) << in << (result.error ? result.error : "");
  return head;
}

ForwardingFields Forwarding() {
  ForwardingFields forwarding;
  forwarding.host = "worker:8000";
  forwarding.client_ip = forwarding.peer_ip = "10.0.0.9";
  forwarding.client_host = "client.example";
  forwarding.request_id = "id-1";
  return forwarding;
}

std::string RenderUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                                  uint64_t body_size) {
  std::string out;
  AppendUpstreamRequest(head, forwarding, body_size, &out);
  return out;
}

// What a worker would parse from the rendered head.
RequestHead Rendered(const RequestHead& head, const ForwardingFields& forwarding,
                     uint64_t body_size = 0) {
  const std::string out = RenderUpstreamRequest(head, forwarding, body_size);
  RequestHead seen;
  const ParseResult result = ParseRequestHead(out, 0, {}, &seen);
  EXPECT_EQ(result.status, ParseStatus::kDone) << out << (result.error ? result.error : "");
  EXPECT_EQ(result.consumed, out.size());
  return seen;
}

size_t CountOf(const Head& head, std::string_view name) {
  size_t count = 0;
  for (size_t i = 0; i < head.field_count(); ++i) count += EqualsNoCase(head.field(i).name, name);
  return count;
}

TEST(HopByHop, OnlyOtherOptionsThanCloseAndKeepAliveNominate) {
  EXPECT_FALSE(Request("Connection: close\r\nConnection: Keep-Alive\r\n").nominates_fields());
  EXPECT_FALSE(Request("").nominates_fields());
  EXPECT_TRUE(Request("Connection: keep-alive, TE\r\n").nominates_fields());
  const RequestHead head = Request("Connection: keep-alive, X-Mine\r\n");
  EXPECT_TRUE(head.nominates_fields());
  EXPECT_TRUE(IsNominated(head, "x-mine"));
  EXPECT_FALSE(IsNominated(head, "x-other"));
}

TEST(UpstreamRequest, LineAndHostAreTheWorkers) {
  const RequestHead seen = Rendered(Request(""), Forwarding());
  EXPECT_EQ(seen.method(), "POST");
  EXPECT_EQ(seen.target(), "/v1?x=1");
  EXPECT_EQ(seen.host(), "worker:8000");
  EXPECT_EQ(CountOf(seen, "Host"), 1u);
  EXPECT_EQ(seen.minor_version(), 1);
}

TEST(UpstreamRequest, EndToEndFieldsKeepTheirOrderAndSpelling) {
  const RequestHead seen =
      Rendered(Request("aCCept: a\r\nX-B: 1\r\naccept:b\r\nX-Empty:\r\n"), Forwarding());
  EXPECT_EQ(seen.field(1).name, "aCCept");
  EXPECT_EQ(seen.field(2).name, "X-B");
  EXPECT_EQ(seen.field(3).value, "b");
  EXPECT_EQ(seen.Find("X-Empty"), "");
}

TEST(UpstreamRequest, HopByHopAndNominatedFieldsAreDropped) {
  const RequestHead seen = Rendered(
      Request(
          "Connection: X-Mine, te\r\nX-Mine: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\n"
          "Proxy-Authorization: x\r\nProxy-Connection: close\r\nTrailer: a\r\nX-Other: 2\r\n"),
      Forwarding());
  for (const char* name : {"Connection", "X-Mine", "TE", "Keep-Alive", "Upgrade",
                           "Proxy-Authorization", "Proxy-Connection", "Trailer"}) {
    EXPECT_EQ(CountOf(seen, name), 0u) << name;
  }
  EXPECT_EQ(seen.Find("X-Other"), "2");
}

TEST(UpstreamRequest, ChunkedBecomesALength) {
  const RequestHead seen = Rendered(Request("Transfer-Encoding: chunked\r\n"), Forwarding(), 12);
  EXPECT_EQ(seen.framing().kind, BodyKind::kLength);
  EXPECT_EQ(seen.framing().length, 12u);
}

TEST(UpstreamRequest, LengthIsOursAndComesOnce) {
  EXPECT_EQ(Rendered(Request("Content-Length: 99\r\n"), Forwarding(), 7).framing().length, 7u);
}

TEST(UpstreamRequest, ZeroLengthIsSentWhereContentIsExpected) {
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    const RequestHead head = Request("", std::string(method) + " / HTTP/1.1");
    EXPECT_EQ(Rendered(head, Forwarding()).Find("Content-Length"), "0") << method;
  }
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    const RequestHead head = Request("", std::string(method) + " / HTTP/1.1");
    EXPECT_EQ(Rendered(head, Forwarding()).Find("Content-Length"), std::nullopt) << method;
    EXPECT_EQ(Rendered(head, Forwarding(), 3).Find("Content-Length"), "3") << method;
  }
}

TEST(UpstreamRequest, ExpectIsAnsweredByUs) {
  const RequestHead head = Request("Content-Length: 1\r\nExpect: 100-continue\r\n");
  EXPECT_EQ(Rendered(head, Forwarding(), 1).Find("Expect"), std::nullopt);
}

ForwardingFields ForwardingForATrustedPeer() {
  ForwardingFields forwarding = Forwarding();
  forwarding.peer_trusted = true;
  forwarding.client_ip = "1.1.1.1";
  return forwarding;
}

TEST(UpstreamRequest, TrustedPeersAddressIsAppendedToItsList) {
  EXPECT_EQ(Rendered(Request(""), ForwardingForATrustedPeer()).Find("X-Forwarded-For"), "10.0.0.9");
  const RequestHead seen =
      Rendered(Request("X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nx-forwarded-for: 3.3.3.3\r\n"),
               ForwardingForATrustedPeer());
  EXPECT_EQ(seen.Find("X-Forwarded-For"), "1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9");
  EXPECT_EQ(CountOf(seen, "X-Forwarded-For"), 1u);
  EXPECT_EQ(seen.Find("X-Real-IP"), "1.1.1.1");
}

TEST(UpstreamRequest, FieldsOfATrustedPeerPass) {
  const std::string fields =
      "X-Forwarded-Proto: https\r\nX-Forwarded-Host: app.example\r\nX-Forwarded-Port: 443\r\n"
      "X-Forwarded-User: alice\r\nX-Forwarded-Prefix: /app\r\n";
  const RequestHead seen = Rendered(Request(fields), ForwardingForATrustedPeer());
  EXPECT_EQ(seen.Find("X-Forwarded-Proto"), "https");
  EXPECT_EQ(seen.Find("X-Forwarded-Host"), "app.example");
  EXPECT_EQ(seen.Find("X-Forwarded-Port"), "443");
  EXPECT_EQ(seen.Find("X-Forwarded-User"), "alice");
  EXPECT_EQ(seen.Find("X-Forwarded-Prefix"), "/app");
  for (const char* name : {"X-Forwarded-Proto", "X-Forwarded-Host"})
    EXPECT_EQ(CountOf(seen, name), 1u) << name;
}

TEST(UpstreamRequest, FieldsMissingFromATrustedPeerAreAdded) {
  const RequestHead seen = Rendered(Request(""), ForwardingForATrustedPeer());
  EXPECT_EQ(seen.Find("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.Find("X-Forwarded-Host"), "client.example");
  EXPECT_EQ(seen.Find("X-Forwarded-Port"), std::nullopt);
}

TEST(UpstreamRequest, FieldsOfAnUntrustedPeerAreReplaced) {
  const std::string fields =
      "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
      "X-Forwarded-Port: 443\r\nX-Forwarded-User: alice\r\nX-Real-IP: 1.1.1.1\r\n";
  const RequestHead seen = Rendered(Request(fields), Forwarding());
  EXPECT_EQ(seen.Find("X-Forwarded-For"), "10.0.0.9");
  EXPECT_EQ(seen.Find("X-Real-IP"), "10.0.0.9");
  EXPECT_EQ(seen.Find("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.Find("X-Forwarded-Host"), "client.example");
  EXPECT_EQ(seen.Find("X-Forwarded-Port"), std::nullopt);
  EXPECT_EQ(seen.Find("X-Forwarded-User"), std::nullopt);
}

TEST(UpstreamRequest, ClientCannotSpeakForUs) {
  const RequestHead seen = Rendered(
      Request("X-Real-IP: 6.6.6.6\r\nX-Request-Id: theirs\r\nX-Forwarded-Host: evil\r\n"
              "X-Forwarded-Proto: gopher\r\nX-Forwarded-Prefix: /x\r\nForwarded: for=6.6.6.6\r\n"),
      Forwarding());
  EXPECT_EQ(seen.Find("X-Real-IP"), "10.0.0.9");
  EXPECT_EQ(seen.Find("X-Request-Id"), "id-1");
  EXPECT_EQ(seen.Find("X-Forwarded-Host"), "client.example");
  EXPECT_EQ(seen.Find("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.Find("X-Forwarded-Prefix"), std::nullopt);
  EXPECT_EQ(seen.Find("Forwarded"), std::nullopt);
  EXPECT_EQ(CountOf(seen, "X-Request-Id"), 1u);
}

TEST(UpstreamRequest, FieldsThatChangeAnEnginesSchedulingAreDropped) {
  const RequestHead seen =
      Rendered(Request("X-Conversation-Id: 1\r\nX-Data-Parallel-Rank: 3\r\n"), Forwarding());
  EXPECT_EQ(seen.Find("X-Conversation-Id"), std::nullopt);
  EXPECT_EQ(seen.Find("X-data-parallel-rank"), std::nullopt);
}

TEST(UpstreamRequest, ViaContinuesTheList) {
  const RequestHead seen = Rendered(Request("Via: 1.1 other\r\n"), Forwarding());
  EXPECT_EQ(seen.Find("Via"), "1.1 other");
  EXPECT_TRUE(seen.HasToken("Via", "1.1 banto"));
  EXPECT_TRUE(Rendered(Request("", "GET / HTTP/1.0"), Forwarding()).HasToken("Via", "1.0 banto"));
}

TEST(UpstreamRequest, AuthorizationPassesUnlessReplaced) {
  const RequestHead head = Request("Authorization: Bearer client\r\n");
  EXPECT_EQ(Rendered(head, Forwarding()).Find("Authorization"), "Bearer client");
  ForwardingFields forwarding = Forwarding();
  forwarding.authorization = "Bearer ours";
  const RequestHead seen = Rendered(head, forwarding);
  EXPECT_EQ(seen.Find("Authorization"), "Bearer ours");
  EXPECT_EQ(CountOf(seen, "Authorization"), 1u);
}

TEST(UpstreamRequest, AcceptEncodingIsReplacedIfTheAnswerIsParsed) {
  const RequestHead head = Request("Accept-Encoding: gzip\r\n");
  EXPECT_EQ(Rendered(head, Forwarding()).Find("Accept-Encoding"), "gzip");
  ForwardingFields forwarding = Forwarding();
  forwarding.identity_encoding = true;
  const RequestHead seen = Rendered(head, forwarding);
  EXPECT_EQ(seen.Find("Accept-Encoding"), "identity");
  EXPECT_EQ(CountOf(seen, "Accept-Encoding"), 1u);
}

TEST(UpstreamRequest, ContentEncodingGoesWithTheDecodedBody) {
  const RequestHead head = Request("Content-Encoding: gzip\r\n");
  EXPECT_EQ(Rendered(head, Forwarding(), 1).Find("Content-Encoding"), "gzip");
  ForwardingFields forwarding = Forwarding();
  forwarding.body_decoded = true;
  EXPECT_EQ(Rendered(head, forwarding, 1).Find("Content-Encoding"), std::nullopt);
}

TEST(UpstreamRequest, ExtraFieldsReplaceThoseOfTheSameName) {
  const std::vector<std::pair<std::string, std::string>> extra = {
      {"User-Agent", "ours"}, {"x-request-id", "fixed"}, {"ngrok-skip-browser-warning", "1"}};
  ForwardingFields forwarding = Forwarding();
  forwarding.extra = &extra;
  const RequestHead seen = Rendered(Request("user-agent: theirs\r\n"), forwarding);
  EXPECT_EQ(seen.Find("User-Agent"), "ours");
  EXPECT_EQ(CountOf(seen, "User-Agent"), 1u);
  EXPECT_EQ(seen.Find("X-Request-Id"), "fixed");
  EXPECT_EQ(CountOf(seen, "X-Request-Id"), 1u);
  EXPECT_EQ(seen.Find("ngrok-skip-browser-warning"), "1");
}

TEST(UpstreamRequest, ExtraFieldsWithoutAnIdOfTheirOwnReplaceByName) {
  const std::vector<std::pair<std::string, std::string>> extra = {
      {"X-Correlation-Id", "ours"}, {"My-Name", "ours"}, {"X-Forwarded-For", "ours"}};
  ForwardingFields forwarding = Forwarding();
  forwarding.extra = &extra;
  const RequestHead seen = Rendered(
      Request(
          "x-correlation-id: theirs\r\nMY-NAME: theirs\r\nMy-Name2: stays\r\nX-Runtime: stays\r\n"
          "X-Forwarded-For: theirs\r\n"),
      forwarding);
  for (const char* name : {"X-Correlation-Id", "My-Name", "X-Forwarded-For"}) {
    EXPECT_EQ(seen.Find(name), "ours") << name;
    EXPECT_EQ(CountOf(seen, name), 1u) << name;
  }
  EXPECT_EQ(seen.Find("My-Name2"), "stays");
  EXPECT_EQ(seen.Find("X-Runtime"), "stays");
}

TEST(UpstreamRequest, IsAppendedToExistingBytes) {
  const RequestHead head = Request("Accept: a\r\n");
  std::string out = "before";
  AppendUpstreamRequest(head, Forwarding(), 3, &out);
  EXPECT_EQ(out, "before" + RenderUpstreamRequest(head, Forwarding(), 3));
}

TEST(UpstreamRequest, ManyLongPiecesFit) {
  const std::string address(3000, '1');
  const std::vector<std::pair<std::string, std::string>> extra(20,
                                                               {std::string(100, 'n'), address});
  ForwardingFields forwarding = Forwarding();
  forwarding.host = forwarding.client_ip = forwarding.client_host = address;
  forwarding.peer_ip = address;
  forwarding.peer_trusted = true;
  forwarding.request_id = forwarding.authorization = address;
  forwarding.identity_encoding = true;
  forwarding.extra = &extra;
  const RequestHead head = Request("X-Forwarded-For:a\r\nX-Forwarded-For:b\r\n", "PUT / HTTP/1.0");
  const std::string out = RenderUpstreamRequest(head, forwarding, UINT64_MAX);
  EXPECT_NE(out.find("X-Forwarded-For: a, b, " + address + "\r\n"), std::string::npos);
  EXPECT_TRUE(out.ends_with("Content-Length: 18446744073709551615\r\n\r\n"));
}

TEST(UpstreamRequest, ValuesOfOursCannotBreakTheLine) {
  ForwardingFields forwarding = Forwarding();
  forwarding.request_id = "a\r\nEvil: 1";
  const RequestHead seen = Rendered(Request(""), forwarding);
  EXPECT_EQ(seen.Find("Evil"), std::nullopt);
  EXPECT_EQ(seen.Find("X-Request-Id"), "aEvil: 1");
  forwarding = Forwarding();
  forwarding.host = "a\r\nEvil: 1";
  forwarding.client_ip = forwarding.client_host = forwarding.authorization = "b\n\r\n\x7f";
  forwarding.peer_ip = forwarding.client_ip;
  forwarding.peer_trusted = true;
  const std::vector<std::pair<std::string, std::string>> extra = {{"X\r\n", "\r\n\r\nc"}};
  forwarding.extra = &extra;
  const std::string out = RenderUpstreamRequest(Request("X-Forwarded-For: a\r\n"), forwarding, 0);
  EXPECT_TRUE(out.starts_with("POST /v1?x=1 HTTP/1.1\r\nHost: aEvil: 1\r\n")) << out;
  EXPECT_NE(out.find("\r\nX-Forwarded-For: a, b\r\n"), std::string::npos) << out;
  EXPECT_NE(out.find("\r\nX: c\r\n"), std::string::npos) << out;
}

TEST(UpstreamRequest, AbsoluteFormBecomesAPath) {
  const RequestHead head = Request("", "GET http://real?x HTTP/1.1");
  EXPECT_EQ(Rendered(head, Forwarding()).target(), "/?x");
}

TEST(EndToEndFields, HopByHopAndOurOwnFieldsAreDropped) {
  ResponseHead head;
  ASSERT_EQ(ParseResponseHead(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                "Connection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n"
                "Set-Cookie: a\r\nSet-Cookie: b\r\nX-Request-Id: 1\r\nVia: 1.1 x\r\nAge: 5\r\n"
                "Cache-Status: x; hit\r\nX-Cache: HIT\r\nX-Banto-Worker: y\r\n"
                "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-A:b\r\n\r\n",
                0, {}, "GET", &head)
                .status,
            ParseStatus::kDone);
  FieldList out;
  AppendEndToEndFields(head, &out);
  EXPECT_EQ(out.lines(),
            "Content-Type: text/plain\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nAge: 5\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-A:b\r\n");
}

TEST(EndToEndFields, AWorkerSaysNothingInOurNames) {
  const auto passed = [](const std::string& lines) {
    ResponseHead head;
    ParseResponseHead("HTTP/1.1 200 OK\r\n" + lines + "\r\n", 0, {}, "GET", &head);
    FieldList out;
    AppendEndToEndFields(head, &out);
    return std::string(out.lines());
  };
  const std::string others =
      "X-Banto-Dropped: seed\r\nX-Banto-Model: m\r\nx-banto-reason: no_worker\r\n"
      "x-banto-estimated: input_tokens\r\nX-Banto-Any: 1\r\nX-A: 1\r\n";
  EXPECT_EQ(passed(others), "X-A: 1\r\n");
  // A banto's answer lacks what it says to lack, however many bantos pass it on.
  EXPECT_EQ(passed("X-Banto-Worker: gpu1\r\n" + others),
            "X-A: 1\r\nX-Banto-Dropped: seed\r\nX-Banto-Estimated: input_tokens\r\n");
}

TEST(EndToEndFields, EmptyTypeIsDropped) {
  for (const std::string lines : {"content-type:\r\n", "Content-Type: \t\r\nContent-Type:\r\n",
                                  "Connection: X-Hop\r\nX-Hop: 1\r\nContent-Type:\r\n"}) {
    ResponseHead head;
    const std::string bytes = "HTTP/1.1 200 OK\r\n" + lines + "X-Empty:\r\n\r\n";
    ASSERT_EQ(ParseResponseHead(bytes, 0, {}, "GET", &head).status, ParseStatus::kDone) << lines;
    FieldList out;
    AppendEndToEndFields(head, &out);
    EXPECT_EQ(out.lines(), "X-Empty:\r\n") << lines;
  }
}

TEST(UpstreamRequest, WorkersPathPrecedesTheTarget) {
  ForwardingFields forwarding = Forwarding();
  const auto target = [&](const std::string& asked, const std::string& method = "GET") {
    return std::string(
        Rendered(Request("", method + " " + asked + " HTTP/1.1"), forwarding).target());
  };
  EXPECT_EQ(target("/v1/models?a=1"), "/v1/models?a=1");
  forwarding.prefix = "/openai";
  EXPECT_EQ(target("/v1/models?a=1"), "/openai/v1/models?a=1");
  EXPECT_EQ(target("/"), "/openai/");
  EXPECT_EQ(target("*", "OPTIONS"), "*");
  forwarding.prefix = "/api/v4";
  forwarding.prefix_is_v1 = true;
  EXPECT_EQ(target("/v1/models?a=1"), "/api/v4/models?a=1");
  EXPECT_EQ(target("/v1?a"), "/api/v4?a");
  EXPECT_EQ(target("/v1"), "/api/v4");
  EXPECT_EQ(target("/v12/x"), "/api/v4/v12/x");
  EXPECT_EQ(target("/v"), "/api/v4/v");
}

}  // namespace
}  // namespace banto::http
