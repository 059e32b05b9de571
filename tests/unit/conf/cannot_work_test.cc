// Valid TOML that could not start, or would never serve a request: `check` finds it.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "conf/config_loader.h"
#include "conf/own_addresses.h"
#include "tests/unit/net/test_certificates.h"

namespace banto::conf {
namespace {

constexpr char kWorker[] = "[[workers]]\nurl = \"http://gpu1:8000\"\n";
constexpr char kQuietAdmin[] = "[admin]\nlisten = \"\"\n";

// "line: message" of each error or, without errors, of each warning.
std::vector<std::string> Said(const std::string& text) {
  const LoadResult result = LoadConfigText(text, "b");
  std::vector<std::string> said;
  for (const auto& list : {result.errors, result.warnings}) {
    for (const ConfigError& e : list) {
      said.push_back(std::to_string(e.line) + (result.config ? "w " : "e ") + e.message);
      EXPECT_FALSE(e.hint.empty()) << e.message;
    }
  }
  return said;
}

using List = std::vector<std::string>;

std::string Listens(const std::string& clients, const std::string& operators) {
  return "listen = \"" + clients + "\"\n" + kWorker + "[admin]\nlisten = \"" + operators +
         "\"\ntoken = \"t\"\n";
}

TEST(CannotWork, OneAddressForClientsAndOperators) {
  const List shared = {"5e clients and operators cannot share one address"};
  for (const char* clients : {"0.0.0.0:81", ":81", "81", "127.0.0.1:81"}) {
    EXPECT_EQ(Said(Listens(clients, "127.0.0.1:81")), shared) << clients;
    EXPECT_EQ(Said(Listens("127.0.0.1:81", clients)), shared) << clients;
  }
  EXPECT_EQ(Said(Listens(":81", "[::1]:81")), shared);
  EXPECT_EQ(Said(Listens("[::]:81", "[::1]:81")), shared);
  EXPECT_EQ(Said(Listens("0.0.0.0:81", "[::]:81")), shared);
  EXPECT_EQ(Said(Listens("[::]:81", "127.0.0.1:81")), shared);
  EXPECT_EQ(Said(Listens("unix:/run/a", "unix:/run/a")), shared);
  EXPECT_EQ(Said(std::string("listen = \":9901\"\n") + kWorker),
            List{"1e clients and operators cannot share one address"});
  EXPECT_EQ(Said(Listens("127.0.0.1:81", "127.0.0.2:81")), List{});
  EXPECT_EQ(Said(Listens("127.0.0.1:81", "[::1]:81")), List{});
  EXPECT_EQ(Said(Listens(":0", ":0")), List{});
  EXPECT_EQ(Said(std::string("listen = \":9901\"\n") + kWorker + kQuietAdmin), List{});
  EXPECT_EQ(Said(Listens("nonsense", "0.0.0.0:8080")).size(), 1u) << "no default in its place";
}

TEST(CannotWork, AWorkerThatIsBantoItself) {
  const auto self = [](const std::string& listen, const std::string& url) {
    return Said("listen = \"" + listen + "\"\n[[workers]]\nurl = \"" + url + "\"\n");
  };
  for (const char* url :
       {"http://127.0.0.1:81", "http://localhost:81/v1", "https://127.0.0.1:81"}) {
    for (const char* listen : {"127.0.0.1:81", "0.0.0.0:81", ":81"}) {
      EXPECT_EQ(
          self(listen, url),
          List{std::string("3e this worker's address is banto's own: it listens on ") + listen});
    }
  }
  EXPECT_EQ(self(":81", "http://[::1]:81").size(), 1u);
  EXPECT_EQ(self("10.0.0.1:81", "http://10.0.0.1:81").size(), 1u);
  EXPECT_EQ(self("[::1]:81", "http://[0:0::1]:81").size(), 1u);
  EXPECT_EQ(self("127.0.0.1:81", "http://0.0.0.0:81").size(), 1u);
  EXPECT_EQ(self("127.0.0.1:81", "http://127.0.0.1:9901").size(), 1u) << "the admin port";
  EXPECT_EQ(self("127.0.0.1:81", "http://127.0.0.1:82"), List{});
  EXPECT_EQ(self("127.0.0.1:81", "http://127.0.0.2:81"), List{});
  EXPECT_EQ(self("127.0.0.2:81", "http://localhost:81"), List{});
  EXPECT_EQ(self("127.0.0.2:81", "http://0.0.0.0:81"), List{});
  EXPECT_EQ(self("0.0.0.0:81", "http://[::1]:81"), List{});
  EXPECT_EQ(self("unix:/run/a", "http://localhost:81"), List{});
  EXPECT_EQ(self("10.0.0.1:81", "http://localhost:81"), List{});
  EXPECT_EQ(self("0.0.0.0:81", "http://gpu1:81"), List{});
  EXPECT_EQ(self("127.0.0.1:0", "http://127.0.0.1:80"), List{});
}

TEST(CannotWork, ServeIsCheckedToo) {
  ServeOptions options;
  options.urls = {"http://127.0.0.1:8080"};
  EXPECT_EQ(ConfigForServe(options).errors.at(0).message,
            "this worker's address is banto's own: it listens on 0.0.0.0:8080");
  options.listen = ":9901";
  const LoadResult result = ConfigForServe(options);
  EXPECT_EQ(result.errors.at(0).message, "clients and operators cannot share one address");
  EXPECT_EQ(result.errors.at(0).hint, "give --listen or --admin another port");
}

TEST(CannotWork, ACaFileWithoutACertificate) {
  const std::string path = testing::TempDir() + "/banto_test_no_pem";
  std::ofstream(path) << "no pem\n";
  const List said = Said("[[workers]]\nurl = \"https://h\"\ntls_ca_file = \"" + path + "\"\n");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_TRUE(said[0].starts_with("3e cannot read CA file " + path)) << said[0];
  const net::PemFile good(net::MakeIdentity({.common_name = "ca"}, nullptr));
  EXPECT_EQ(Said("[[workers]]\nurl = \"https://h\"\ntls_ca_file = \"" + good.path() + "\"\n"),
            List{});
}

TEST(CannotWork, AnImpossibleAccessLog) {
  const auto access = [](const std::string& path) {
    return Said(std::string(kWorker) + "[log]\naccess = \"" + path + "\"\n");
  };
  EXPECT_EQ(access("/tmp"), List{"4e no access log can be written there: it is a folder"});
  EXPECT_EQ(access("/no/such/a.log"),
            List{"4e no access log can be written there: /no/such/: No such file or directory"});
  EXPECT_EQ(access("/dev/null/a.log"),
            List{"4e no access log can be written there: /dev/null/: Not a directory"});
  EXPECT_EQ(access(testing::TempDir() + "/new.log"), List{});
  EXPECT_EQ(access("/dev/stdout"), List{});
  EXPECT_EQ(access("no/such.log"),
            List{"4e no access log can be written there: no/: No such file or directory"});
  EXPECT_EQ(access("new.log"), List{});
  EXPECT_EQ(access("stderr"), List{"4w the access log goes to a file called \"stderr\""});
}

TEST(CannotWork, AnImpossibleSocket) {
  const auto at = [](const std::string& path) {
    return Said("listen = \"unix:" + path + "\"\n" + kWorker);
  };
  EXPECT_EQ(at("/no/such/a.sock"),
            List{"1e cannot listen there: /no/such/: No such file or directory"});
  EXPECT_EQ(at("/tmp"), List{"1e cannot listen there: something other than a socket is there"});
  EXPECT_EQ(at("/tmp/banto_test_new.sock"), List{});
}

TEST(CannotWork, AWorkerBehindAUnixSocket) {
  for (const char* url : {"unix:/run/x.sock", "unix:///run/x.sock", "UNIX:x"}) {
    EXPECT_EQ(Said(std::string("[[workers]]\nurl = \"") + url + "\"\n"),
              List{"2e workers are reached over TCP: unix: is not supported"});
  }
}

TEST(CannotWork, AnInvalidHost) {
  const auto host = [](const std::string& text) {
    return Said(std::string(kWorker) + "host_header = \"" + text + "\"\n");
  };
  for (const char* wrong : {"http://a", "$host", "$http_host", "a/b", "a:port", "", "a b", "u@a"}) {
    EXPECT_EQ(host(wrong), List{"3e a Host is host or host:port"}) << wrong;
  }
  for (const char* right : {"client", "a.example", "a:8000", "10.0.0.1", "[::1]:80", "my_app"}) {
    EXPECT_EQ(host(right), List{}) << right;
  }
}

TEST(CannotWork, InvalidUrlsAndModels) {
  const auto url = [](const std::string& text) {
    return Said("[[workers]]\nurl = \"" + text + "\"\n");
  };
  for (const char* wrong : {"http://h/%zz", "http://h/a%2", "http://h/%"}) {
    EXPECT_EQ(url(wrong), List{"2e a \"%\" in this url does not begin an escape"}) << wrong;
  }
  EXPECT_EQ(url("http://h/a%20b"), List{});
  EXPECT_EQ(Said(std::string(kWorker) + "[health]\npath = \"/a%zz\"\n"),
            List{"4e a \"%\" in this path does not begin an escape"});
  const auto models = [](const std::string& list) {
    return Said(std::string(kWorker) + "models = [" + list + "]\n");
  };
  EXPECT_EQ(models("\"a\\nb\""), List{"3e a model's name is one line of text"});
  EXPECT_EQ(models("\"a\", \"\""), List{"3e a model's name is one line of text"});
  EXPECT_EQ(
      models("\"qwen*\""),
      List{"3w this is taken as the name of one model: a \"*\" in it has no special meaning"});
  EXPECT_EQ(models("\"*\""), List{});
  EXPECT_EQ(models("\"org/modèle 7b\""), List{});
}

TEST(CannotWork, RoutesThatNoRequestMatches) {
  const std::string app = std::string(kWorker) + "kind = \"http\"\n[[routes]]\npath = ";
  for (const char* climbs : {"/a/../b", "/./a", "/a/%2e%2e/b", "/a/..", "/a/..;x/*"}) {
    EXPECT_EQ(Said(app + "\"" + climbs + "\"\n"),
              List{"5e no request with \".\" or \"..\" in its path is taken"})
        << climbs;
  }
  for (const char* pattern : {"/u/{id}", "/u/:id", "/u/<id>", "/u/.*", "/u$"}) {
    EXPECT_EQ(Said(app + "\"" + pattern + "\"\n"),
              List{"5w paths are literal: patterns are not supported"})
        << pattern;
  }
  for (const char* path : {"/a.b/...", "/v1/m:predict", "/$metadata", "/users(1)", "/*", "/a/*"}) {
    EXPECT_EQ(Said(app + "\"" + path + "\"\n"), List{}) << path;
  }
}

TEST(CannotWork, RoutesThatNoWorkerServes) {
  const std::string route = "[[routes]]\npath = \"/p\"\n";
  const std::string vllm = std::string(kWorker) + "name = \"g\"\nkind = \"vllm\"\n";
  EXPECT_EQ(Said(vllm + route), List{"6w this route has no worker: none is of kind http"});
  EXPECT_EQ(Said(vllm + route + "workers = [\"g\"]\n"), List{});
  EXPECT_EQ(Said(kWorker + route), List{}) << "asking may find an application";
}

}  // namespace
}  // namespace banto::conf
