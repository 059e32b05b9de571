#include "proxy/ops/admin.h"

#include <openssl/crypto.h>

#include <map>
#include <utility>

#include "proxy/net/host_port.h"
#include "proxy/net/listener.h"
#include "proxy/ops/admin_connection.h"
#include "proxy/ops/status_page.h"

namespace banto::ops {
namespace {

constexpr size_t kConnectionsMax = 64;
// The page embeds its script and style and contacts nobody but us; it must not be framed.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

constexpr char kMisdirected[] =
    "this Host is not served here: on loopback use an address or localhost; for other names, "
    "set [admin] listen to another address, and a token\n";

AdminAnswer Plain(int status, std::string body) {
  AdminAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

AdminAnswer Page() {
  AdminAnswer answer;
  answer.content_type = "text/html; charset=utf-8";
  answer.fields.Add("Content-Security-Policy", kPagePolicy);
  answer.fields.Add("Referrer-Policy", "no-referrer");
  answer.body = StatusPage();
  return answer;
}

bool IsLoopback(std::string_view ip) {
  return ip.substr(0, 4) == "127." || ip == "::1" || ip == "localhost";
}

class AdminServer final : public Admin {
 public:
  AdminServer(net::EventLoop* loop, const conf::Admin& settings, AdminSource source)
      : loop_(loop), settings_(settings), source_(std::move(source)) {}

  bool Listen(std::string* error) {
    listener_ = net::Listener::Create(
        loop_, settings_.listen, [this](int fd, const net::Address&) { OnAccept(fd); }, error);
    return listener_ != nullptr;
  }
  uint16_t port() const override { return listener_->port(); }
  void SetToken(const std::string& token) override { settings_.token = token; }

 private:
  void OnAccept(int fd) {
    auto connection = std::make_unique<AdminConnection>(
        loop_, fd, &answerer_, [this](AdminConnection* closed) { OnClosed(closed); });
    connections_.emplace(connection.get(), std::move(connection));
    listener_->SetAccepting(connections_.size() < kConnectionsMax);
  }
  void OnClosed(AdminConnection* closed) {
    const auto found = connections_.find(closed);
    loop_->DestroyLater(std::move(found->second));
    connections_.erase(found);
    listener_->SetAccepting(true);
  }
  AdminAnswer Answer(const http::RequestHead& head) const;
  AdminAnswer Ready() const;
  bool HostAllowed(std::string_view authority) const;
  bool TokenGood(const http::RequestHead& head) const;

  net::EventLoop* loop_;
  conf::Admin settings_;
  const AdminSource source_;
  const AdminConnection::Answerer answerer_ = [this](const http::RequestHead& head) {
    return Answer(head);
  };
  std::unique_ptr<net::Listener> listener_;
  std::map<AdminConnection*, std::unique_ptr<AdminConnection>> connections_;
};

// An attacker's page whose name resolves to 127.0.0.1 could read us through the browser; its Host
// field gives it away (DNS rebinding).
bool AdminServer::HostAllowed(std::string_view authority) const {
  if (authority.empty() || !IsLoopback(settings_.listen.ip)) return true;
  net::HostPort parts;
  if (!net::SplitHostPort(authority, &parts)) return false;
  return http::EqualsNoCase(parts.host, "localhost") ||
         net::Address::FromIp(parts.host, 0).has_value();
}

bool AdminServer::TokenGood(const http::RequestHead& head) const {
  if (settings_.token.empty()) return true;
  std::string_view given = head.Find("Authorization").value_or("");
  constexpr std::string_view kScheme = "Bearer ";
  if (!http::EqualsNoCase(given.substr(0, kScheme.size()), kScheme)) return false;
  given.remove_prefix(kScheme.size());
  return given.size() == settings_.token.size() &&
         CRYPTO_memcmp(given.data(), settings_.token.data(), given.size()) == 0;
}

AdminAnswer AdminServer::Ready() const {
  const Readiness readiness = source_.readiness();
  return readiness.ready ? Plain(200, "ok\n") : Plain(503, readiness.why + "\n");
}

AdminAnswer AdminServer::Answer(const http::RequestHead& head) const {
  if (head.method() != "GET" && head.method() != "HEAD") {
    AdminAnswer answer = Plain(405, "only GET and HEAD\n");
    answer.fields.Add("Allow", "GET, HEAD");
    return answer;
  }
  if (!HostAllowed(head.host())) return Plain(421, kMisdirected);
  const std::string_view path = head.path();
  if (path == "/livez") return Plain(200, "ok\n");
  if (path == "/readyz") return Ready();
  AdminAnswer answer;
  if (!TokenGood(head)) {
    // A browser cannot send the token with its first request, so it gets the page, which is empty
    // and asks for it.
    answer = path == "/" ? Page() : Plain(401, "send Authorization: Bearer and the admin token\n");
    answer.status = 401;
    answer.fields.Add("WWW-Authenticate", "Bearer realm=\"banto admin\"");
    return answer;
  }
  if (path == "/metrics") {
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = source_.metrics();
  } else if (path == "/api/v1/status") {
    answer.content_type = "application/json";
    answer.body = source_.status_json();
  } else if (path == "/") {
    return Page();
  } else {
    return Plain(404, "try /, /metrics, /livez, /readyz or /api/v1/status\n");
  }
  return answer;
}

}  // namespace

std::unique_ptr<Admin> Admin::Create(net::EventLoop* loop, const conf::Admin& settings,
                                     AdminSource source, std::string* error) {
  auto admin = std::make_unique<AdminServer>(loop, settings, std::move(source));
  if (!admin->Listen(error)) return nullptr;
  return admin;
}

}  // namespace banto::ops
