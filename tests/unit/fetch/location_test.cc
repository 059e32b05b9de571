// Locations of a worker's own address, as the client must see them.
#include "proxy/fetch/location.h"

#include <gtest/gtest.h>

#include "tests/unit/http/listed.h"

namespace banto {
namespace {

std::string Seen(std::string_view location, std::string_view prefix = "",
                 std::string_view sent_host = "gpu1:8000",
                 std::string_view client_host = "api.example") {
  net::Url url;
  url.scheme = "http";
  url.host = "gpu1";
  url.port = 8000;
  return LocationForClient(location, {url, sent_host, prefix, ""}, {"https", client_host})
      .value_or("untouched");
}

TEST(Location, TheWorkersOwnAddressBecomesTheClients) {
  EXPECT_EQ(Seen("http://gpu1:8000/a/b?c=d#e"), "https://api.example/a/b?c=d#e");
  EXPECT_EQ(Seen("HTTP://GPU1:8000/a"), "https://api.example/a");
  EXPECT_EQ(Seen("http://gpu1:8000"), "https://api.example/");
  EXPECT_EQ(Seen("http://gpu1:8000?a"), "https://api.example/?a");
  EXPECT_EQ(Seen("http://gpu1:8000/a", "", "gpu1:8000", ""), "/a");
}

TEST(Location, TheHostThatItWasSentIsItsOwnToo) {
  EXPECT_EQ(Seen("http://app.internal/a", "", "app.internal"), "https://api.example/a");
  EXPECT_EQ(Seen("https://app.internal:443/a", "", "app.internal"), "https://api.example/a");
}

TEST(Location, WhateverElseItNamesStays) {
  for (const char* other :
       {"http://gpu1/a", "http://gpu1:8001/a", "http://gpu1:8000.evil/a", "https://login.example/a",
        "//gpu1:8000/a", "/a", "a", "", "ftp://gpu1:8000/a", "http://user@gpu1:8000/a"}) {
    EXPECT_EQ(Seen(other), "untouched") << other;
  }
}

TEST(Location, ThePathThatNoClientSeesIsTakenOff) {
  EXPECT_EQ(Seen("http://gpu1:8000/llm/a", "/llm"), "https://api.example/a");
  EXPECT_EQ(Seen("http://gpu1:8000/llm", "/llm"), "https://api.example/");
  EXPECT_EQ(Seen("/llm/a", "/llm"), "/a");
  EXPECT_EQ(Seen("/llm", "/llm"), "/");
  EXPECT_EQ(Seen("/llmore", "/llm"), "untouched");
  EXPECT_EQ(Seen("http://gpu1:8000/other", "/llm"), "https://api.example/other");
}

TEST(Location, APathInThePlaceOfV1BecomesV1Again) {
  net::Url url;
  url.scheme = "https";
  url.host = "api.z.example";
  url.port = 443;
  const WorkerAddress worker{url, "api.z.example", "/api/paas/v4", "/v1"};
  EXPECT_EQ(LocationForClient("/api/paas/v4/files/7", worker, {"http", "c"}), "/v1/files/7");
  EXPECT_EQ(LocationForClient("https://api.z.example/api/paas/v4", worker, {"http", "c"}),
            "http://c/v1");
}

TEST(Location, BothFieldsOfABlockAreRewritten) {
  net::Url url;
  url.scheme = "http";
  url.host = "gpu1";
  url.port = 80;
  http::FieldList fields =
      http::Listed("A: 1\r\nlocation: http://gpu1:80/x\r\nContent-Location: http://gpu1/y\r\n");
  RewriteLocations({url, "gpu1", "", ""}, {"http", "c"}, &fields);
  EXPECT_EQ(fields.lines(), "A: 1\r\nLocation: http://c/x\r\nContent-Location: http://c/y\r\n");
}

}  // namespace
}  // namespace banto
