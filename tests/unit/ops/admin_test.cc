#include "proxy/ops/admin.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace banto::ops {
namespace {

// An Admin on its own loop and port.
class Rig {
 public:
  explicit Rig(const std::string& token = "", const std::string& ip = "127.0.0.1") {
    conf::Admin settings;
    settings.listen = {ip, 0, ""};
    settings.token = token;
    AdminSource source;
    source.metrics = [this] { return metrics; };
    source.readiness = [this] { return readiness; };
    source.status_json = [] { return std::string("{\"ready\":true}"); };
    std::string error;
    admin_ = Admin::Create(&loop_, settings, std::move(source), &error);
    EXPECT_NE(admin_, nullptr) << error;
    port_ = admin_->port();
    thread_ = std::thread([this] { loop_.Run(); });
  }
  ~Rig() {
    loop_.Stop();
    thread_.join();
  }

  // Sends `request` and reads until the admin closes.
  std::string Ask(const std::string& request) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char bytes[4096];
    for (ssize_t n; (n = recv(fd, bytes, sizeof bytes, 0)) > 0;) {
      answer.append(bytes, static_cast<size_t>(n));
    }
    close(fd);
    return answer;
  }
  std::string Get(const std::string& path, const std::string& fields = "Host: localhost\r\n") {
    return Ask("GET " + path + " HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n");
  }

  std::string metrics = "up 1\n";
  Readiness readiness{true, ""};

 private:
  net::EventLoop loop_;
  std::unique_ptr<Admin> admin_;
  uint16_t port_ = 0;
  std::thread thread_;
};

int StatusOf(const std::string& answer) {
  return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
}

bool Has(const std::string& answer, const std::string& part) {
  return answer.find(part) != std::string::npos;
}

TEST(Admin, ServesMetricsInPrometheusFormat) {
  const std::string answer = Rig().Get("/metrics");
  EXPECT_EQ(StatusOf(answer), 200);
  EXPECT_TRUE(Has(answer, "Content-Type: text/plain; version=0.0.4")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nup 1\n")) << answer;
}

TEST(Admin, LargeScrapeArrivesComplete) {
  Rig rig;
  rig.metrics.assign(5'000'000, 'x');
  const std::string answer = rig.Get("/metrics");
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 5'000'000u);
}

TEST(Admin, ReadinessExplainsWhyNot) {
  Rig rig;
  EXPECT_EQ(StatusOf(rig.Get("/readyz")), 200);
  rig.readiness = {false, "draining"};
  const std::string answer = rig.Get("/readyz");
  EXPECT_EQ(StatusOf(answer), 503);
  EXPECT_TRUE(answer.ends_with("draining\n")) << answer;
  EXPECT_EQ(StatusOf(rig.Get("/livez")), 200);
}

TEST(Admin, HeadHasNoBody) {
  const std::string answer =
      Rig().Ask("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), 200);
  EXPECT_TRUE(Has(answer, "Content-Length: 5\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(Admin, ChangesNothing) {
  Rig rig;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const std::string answer =
        rig.Ask(std::string(method) +
                " /api/v1/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
    EXPECT_EQ(StatusOf(answer), 405) << method;
    EXPECT_TRUE(Has(answer, "Allow: GET, HEAD\r\n")) << answer;
  }
}

TEST(Admin, UnknownPathIs404) { EXPECT_EQ(StatusOf(Rig().Get("/config")), 404); }

TEST(Admin, TokenGuardsAllButTheProbes) {
  Rig rig("s3cret");
  for (const char* path : {"/metrics", "/api/v1/status", "/", "/nothing"}) {
    EXPECT_EQ(StatusOf(rig.Get(path)), 401) << path;
  }
  const std::string host = "Host: localhost\r\n";
  for (const char* wrong :
       {"Bearer s3cre", "Bearer s3cret2", "Bearer S3cret", "Basic s3cret", ""}) {
    EXPECT_EQ(StatusOf(rig.Get("/metrics", host + "Authorization: " + wrong + "\r\n")), 401)
        << wrong;
  }
  EXPECT_EQ(StatusOf(rig.Get("/metrics", host + "Authorization: Bearer s3cret\r\n")), 200);
  EXPECT_EQ(StatusOf(rig.Get("/livez")), 200);
  EXPECT_EQ(StatusOf(rig.Get("/readyz")), 200);
}

TEST(Admin, TokenIsAskedForByThePage) {
  const std::string answer = Rig("s3cret").Get("/");
  EXPECT_EQ(StatusOf(answer), 401);
  EXPECT_TRUE(Has(answer, "WWW-Authenticate: Bearer")) << answer;
  EXPECT_TRUE(Has(answer, "id=\"login\"")) << answer;
}

TEST(Admin, ForeignHostIsRefusedOnLoopback) {
  Rig rig;
  for (const char* host : {"evil.example", "evil.example:9901", "127.0.0.1.evil.example",
                           "localhost.evil.example", "127.0.0.1@evil.example"}) {
    const int status = StatusOf(rig.Get("/metrics", std::string("Host: ") + host + "\r\n"));
    EXPECT_TRUE(status == 421 || status == 400) << host << ": " << status;
  }
  for (const char* host : {"localhost:9901", "LOCALHOST", "127.0.0.1:9901", "[::1]:9901"}) {
    EXPECT_EQ(StatusOf(rig.Get("/metrics", std::string("Host: ") + host + "\r\n")), 200) << host;
  }
}

TEST(Admin, RefusedHostGetsAdvice) {
  const std::string answer = Rig().Get("/metrics", "Host: banto.svc\r\n");
  EXPECT_EQ(StatusOf(answer), 421);
  EXPECT_TRUE(Has(answer, "use an address or localhost")) << answer;
  EXPECT_TRUE(Has(answer, "set [admin] listen")) << answer;
}

TEST(Admin, OldClientWithoutHostIsServed) {
  EXPECT_EQ(StatusOf(Rig().Ask("GET /livez HTTP/1.0\r\n\r\n")), 200);
}

// In a cluster the admin port is reached by name and not on loopback.
TEST(Admin, AnyHostIsAllowedOnOtherAddresses) {
  EXPECT_EQ(StatusOf(Rig("", "0.0.0.0").Get("/metrics", "Host: banto.svc:9901\r\n")), 200);
}

TEST(Admin, ConnectionIsKept) {
  const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
  const std::string answer =
      Rig().Ask(get + "\r\n" + get + "\r\n" + get + "Connection: close\r\n\r\n");
  size_t answers = 0;
  for (size_t at = 0; (at = answer.find("HTTP/1.1 200 ", at)) != std::string::npos; ++at) ++answers;
  EXPECT_EQ(answers, 3u) << answer;
}

TEST(Admin, GarbageIsRefusedAndTheConnectionClosed) {
  EXPECT_EQ(StatusOf(Rig().Ask("\x16\x03\x01 hello\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Rig().Ask("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'))), 431);
}

TEST(Admin, PageIsSelfContained) {
  const std::string page = Rig().Get("/");
  EXPECT_TRUE(Has(page, "Content-Type: text/html")) << page;
  EXPECT_TRUE(Has(page, "/api/v1/status"));
  for (const char* foreign : {"http://", "https://", "src=\"//", "innerHTML"}) {
    EXPECT_FALSE(Has(page, foreign)) << foreign;
  }
}

TEST(Admin, AddressInUseIsAnError) {
  net::EventLoop loop;
  conf::Admin settings;
  settings.listen = {"203.0.113.1", 1, ""};
  std::string error;
  EXPECT_EQ(Admin::Create(&loop, settings, {}, &error), nullptr);
  EXPECT_TRUE(Has(error, "cannot listen on 203.0.113.1:1")) << error;
}

}  // namespace
}  // namespace banto::ops
