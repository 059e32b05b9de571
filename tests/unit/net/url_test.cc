#include "proxy/net/url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace banto::net {
namespace {

struct Good {
  const char* text;
  const char *scheme, *user, *password, *host;
  int port;
  const char *path, *query, *authority;
};

TEST(Url, IsSplitIntoParts) {
  const std::vector<Good> table = {
      {"http://gpu1:8000", "http", "", "", "gpu1", 8000, "", "", "gpu1:8000"},
      {"http://gpu1", "http", "", "", "gpu1", 80, "", "", "gpu1"},
      {"http://gpu1:80/", "http", "", "", "gpu1", 80, "/", "", "gpu1"},
      {"HTTPS://API.Example.com/v1?x=1?", "https", "", "", "api.example.com", 443, "/v1", "x=1?",
       "api.example.com"},
      {"https://h:80", "https", "", "", "h", 80, "", "", "h:80"},
      {"http://[::1]:8000/v1", "http", "", "", "::1", 8000, "/v1", "", "[::1]:8000"},
      {"http://[FE80::1]", "http", "", "", "fe80::1", 80, "", "", "[fe80::1]"},
      {"http://my_app-1.svc.local?q", "http", "", "", "my_app-1.svc.local", 80, "", "q",
       "my_app-1.svc.local"},
      {"redis://127.0.0.1/3", "redis", "", "", "127.0.0.1", 6379, "/3", "", "127.0.0.1"},
      {"rediss://u:p%40ss@r:6380/0", "rediss", "u", "p@ss", "r", 6380, "/0", "", "r:6380"},
      {"redis://:p:w@r", "redis", "", "p:w", "r", 6379, "", "", "r"},
      {"redis://only@r", "redis", "only", "", "r", 6379, "", "", "r"},
      {"redis://:a@b@r", "redis", "", "a@b", "r", 6379, "", "", "r"},
      {"unix:/run/x.sock", "unix", "", "", "", 0, "/run/x.sock", "", ""},
      {"unix:///run/x.sock?db=2", "unix", "", "", "", 0, "/run/x.sock", "db=2", ""},
  };
  for (const Good& row : table) {
    Url url;
    std::string error;
    ASSERT_TRUE(ParseUrl(row.text, &url, &error)) << row.text << ": " << error;
    EXPECT_EQ(url.scheme, row.scheme) << row.text;
    EXPECT_EQ(url.user, row.user) << row.text;
    EXPECT_EQ(url.password, row.password) << row.text;
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.port, row.port) << row.text;
    EXPECT_EQ(url.path, row.path) << row.text;
    EXPECT_EQ(url.query, row.query) << row.text;
    if (url.scheme == "unix") continue;
    EXPECT_EQ(url.Authority(), row.authority) << row.text;
  }
}

TEST(Url, MistakesAreExplained) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "the URL is empty"},
      {"gpu1:8000", "no scheme in \"gpu1:8000\": write http://gpu1:8000"},
      {"gpu1", "no scheme in \"gpu1\": write http://gpu1"},
      {"//gpu1:8000", "no scheme in \"//gpu1:8000\": write http://gpu1:8000"},
      {"127.0.0.1:8000/v1", "no scheme in \"127.0.0.1:8000/v1\": write http://127.0.0.1:8000/v1"},
      {"http:/gpu1", "\"http:/gpu1\" lacks the two slashes: write http://gpu1"},
      {"http:gpu1", "\"http:gpu1\" lacks the two slashes: write http://gpu1"},
      {"http", "no scheme in \"http\": write http://http"},
      {"ftp://gpu1",
       "unknown scheme \"ftp\" in \"ftp://gpu1\" (known: http, https, redis, rediss, unix)"},
      {"http://", "no host in \"http://\""},
      {"http:///v1", "no host in \"http:///v1\""},
      {"http://:8000", "no host in \"http://:8000\""},
      {"http://gpu1:", "bad host or port in \"http://gpu1:\""},
      {"http://gpu1:0", "bad port \"0\" (1 to 65535) in \"http://gpu1:0\""},
      {"http://gpu1:65536", "bad port \"65536\" (1 to 65535) in \"http://gpu1:65536\""},
      {"http://gpu1:-1", "bad port \"-1\" (1 to 65535) in \"http://gpu1:-1\""},
      {"http://gpu1:+1", "bad port \"+1\" (1 to 65535) in \"http://gpu1:+1\""},
      {"http://gpu1:80x", "bad port \"80x\" (1 to 65535) in \"http://gpu1:80x\""},
      {"http://::1:80", "IPv6 addresses are written in brackets, [::1], in \"http://::1:80\""},
      {"http://[::1", "bad host or port in \"http://[::1\""},
      {"http://[::1]80", "bad host or port in \"http://[::1]80\""},
      {"http://[gpu1]", "bad host name in \"http://[gpu1]\""},
      {"http://[1.2.3.4]", "bad host name in \"http://[1.2.3.4]\""},
      {"http://-gpu", "bad host name in \"http://-gpu\""},
      {"http://g%70u", "bad host name in \"http://g%70u\""},
      {"http://gpu 1", "space or control character in \"http://gpu 1\""},
      {"http://gpu1/\r\nX: y", "space or control character in \"http://gpu1/\r\nX: y\""},
      {"http://gpu1/#top", "a fragment (#...) has no meaning in \"http://gpu1/#***\""},
      {"redis://u:%4@h", "bad %-escape in the user or password of \"redis://***@h\""},
      {"unix:run/x.sock",
       "the path in \"unix:run/x.sock\" is not absolute: write unix:/run/x.sock"},
      {"unix:", "the path in \"unix:\" is not absolute: write unix:/run/x.sock"},
  };
  for (const auto& [text, wanted] : table) {
    Url url;
    std::string error;
    EXPECT_FALSE(ParseUrl(text, &url, &error)) << text;
    EXPECT_EQ(error, wanted) << text;
  }
}

TEST(Url, PasswordNeverShowsInAnError) {
  for (const char* text :
       {"redis://:hunter2@h:99999", "redis:/:hunter2@h", "ftp://me:hunter2@h", "me:hunter2@h:80",
        "redis://:hunter2@h#x", "redis://:hunter2@h /", "redis:hunter2@h"}) {
    Url url;
    std::string error;
    EXPECT_FALSE(ParseUrl(text, &url, &error)) << text;
    EXPECT_EQ(error.find("hunter2"), std::string::npos) << error;
  }
}

TEST(ListenAddress, FormsAreUnderstood) {
  struct Row {
    const char *text, *ip;
    int port;
    const char* unix_path;
  };
  for (const Row& row : std::vector<Row>{{"0.0.0.0:8080", "0.0.0.0", 8080, ""},
                                         {"[::]:8080", "::", 8080, ""},
                                         {"[0::1]:1", "::1", 1, ""},
                                         {":8080", "", 8080, ""},
                                         {"*:8080", "", 8080, ""},
                                         {"8080", "", 8080, ""},
                                         {"127.0.0.1:0", "127.0.0.1", 0, ""},
                                         {"unix:/run/banto.sock", "", 0, "/run/banto.sock"}}) {
    ListenAddress address;
    std::string error;
    ASSERT_TRUE(ParseListenAddress(row.text, &address, &error)) << row.text << ": " << error;
    EXPECT_EQ(address.ip, row.ip) << row.text;
    EXPECT_EQ(address.port, row.port) << row.text;
    EXPECT_EQ(address.unix_path, row.unix_path) << row.text;
  }
}

TEST(ListenAddress, MistakesAreExplained) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "bad port \"\" (0 to 65535) in listen address \"\""},
      {"gpu1", "bad port \"gpu1\" (0 to 65535) in listen address \"gpu1\""},
      {"127.0.0.1", "bad port \"127.0.0.1\" (0 to 65535) in listen address \"127.0.0.1\""},
      {"127.0.0.1:", "bad listen address \"127.0.0.1:\": write 0.0.0.0:8080, [::]:8080 or :8080"},
      {"[::1]", "bad port \"\" (0 to 65535) in listen address \"[::1]\""},
      {":99999", "bad port \"99999\" (0 to 65535) in listen address \":99999\""},
      {"gpu1:80",
       "\"gpu1\" in listen address \"gpu1:80\" is not an IP address (IPv6 goes in brackets): write "
       "127.0.0.1:80"},
      {"http://0.0.0.0:80/",
       "no scheme belongs in listen address \"http://0.0.0.0:80/\": write 0.0.0.0:80"},
      {"::1:80", "IPv6 goes in brackets in listen address \"::1:80\": write [::1]:80"},
      {"[]:80", "no address in \"[]:80\""},
      {"unix:x", "the path in \"unix:x\" is not absolute: write unix:/run/x.sock"},
  };
  for (const auto& [text, wanted] : table) {
    ListenAddress address;
    std::string error;
    EXPECT_FALSE(ParseListenAddress(text, &address, &error)) << text;
    EXPECT_EQ(error, wanted) << text;
  }
}

}  // namespace
}  // namespace banto::net
