#include "proxy/question/invalidation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"
#include "tests/unit/http/listed.h"

namespace banto {
namespace {

http::RequestHead Head(const std::string& method, const std::string& path = "/items/") {
  http::RequestHead head;
  const std::string in = method + " " + path + " HTTP/1.1\r\nHost: shop.example:80\r\n\r\n";
  EXPECT_EQ(http::ParseRequestHead(in, 0, {}, &head).status, http::ParseStatus::kDone) << in;
  return head;
}

PlainRoute Route(std::vector<std::string> methods, std::vector<std::string> key,
                 bool cached = true) {
  PlainRoute route;
  route.settings.path = "/items/*";
  route.settings.methods = std::move(methods);
  route.settings.cache.key = std::move(key);
  route.settings.cache.enabled = cached;
  return route;
}

Effect EffectAt(const PlainRoute& route, const std::string& method) {
  Snapshot snapshot;
  snapshot.routes = {route};
  return EffectOf(snapshot, &route, Head(method));
}

TEST(Effect, SafeMethodsHaveNone) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
    EXPECT_EQ(EffectAt(Route({}, {}), method), Effect::kNone) << method;
  }
}

TEST(Effect, AllOthersWriteWhereSomethingIsKept) {
  for (const char* method : {"PUT", "PATCH", "DELETE", "M-SEARCH", "X"}) {
    EXPECT_EQ(EffectAt(Route({}, {}), method), Effect::kOnAll) << method;
    EXPECT_EQ(EffectAt(Route({}, {}, false), method), Effect::kNone) << method;
  }
}

TEST(Effect, APostIsWhatItsRouteCallsIt) {
  EXPECT_EQ(EffectAt(Route({"GET", "POST"}, {}), "POST"), Effect::kNone);
  EXPECT_EQ(EffectAt(Route({}, {"body"}), "POST"), Effect::kNone);
  EXPECT_EQ(EffectAt(Route({}, {}), "POST"), Effect::kOnGet);
  EXPECT_EQ(EffectAt(Route({}, {"query.q"}), "POST"), Effect::kOnAll);
}

TEST(Effect, ARouteThatKeepsNothingWritesToOneThatDoes) {
  Snapshot snapshot;
  snapshot.routes = {Route({"GET"}, {}), Route({"POST"}, {}, false)};
  EXPECT_EQ(EffectOf(snapshot, &snapshot.routes[1], Head("POST")), Effect::kOnAll);
}

TEST(PathsWritten, ReferencesAreResolvedWithinTheAuthority) {
  const auto paths = [](const std::string& reference) {
    return PathsWritten(Head("POST"), http::Listed("A: b\r\nLocation: " + reference + "\r\n"));
  };
  const std::vector<std::string> own = {"/items/"};
  const std::vector<std::string> both = {"/items/", "/items/1"};
  for (const char* reference :
       {"/items/1", "1", "1?a=b", "/items/1#top", "//shop.example:80/items/1",
        "http://SHOP.example:80/items/1", "https://shop.example:80/items/1?x"}) {
    EXPECT_EQ(paths(reference), both) << reference;
  }
  for (const char* reference :
       {"http://other.example/items/1", "//shop.example/items/1", "ftp://shop.example:80/items/1",
        "mailto:a@b", "../items/1", "", "?x", "#top", "http://shop.example:80"}) {
    EXPECT_EQ(paths(reference), own) << reference;
  }
}

TEST(PathsWritten, BothLocationsCount) {
  EXPECT_EQ(
      PathsWritten(Head("PUT", "/a?q"), http::Listed("Content-Location: /c\r\nLocation: /b\r\n")),
      (std::vector<std::string>{"/a", "/b", "/c"}));
}

}  // namespace
}  // namespace banto
