// A real OpenSSL server with blocking sockets on its own thread: serves one connection after the
// other by the script of the test.
#ifndef BANTO_TESTS_UNIT_NET_TLS_TEST_SERVER_H_
#define BANTO_TESTS_UNIT_NET_TLS_TEST_SERVER_H_

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "tests/unit/net/stream_peer.h"
#include "tests/unit/net/test_certificates.h"

namespace banto::net {

// What the server's end of one connection can do.
class TlsTestPeer {
 public:
  explicit TlsTestPeer(SSL* ssl) : ssl_(ssl) {}
  bool Send(const std::string& bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  // Exactly `size` bytes, or as many as came before the end.
  std::string Receive(size_t size) {
    std::string got;
    char buffer[16 * 1024];
    while (got.size() < size) {
      const int n =
          SSL_read(ssl_, buffer, static_cast<int>(std::min(sizeof(buffer), size - got.size())));
      if (n <= 0) break;
      got.append(buffer, static_cast<size_t>(n));
    }
    return got;
  }
  // Whether the client sent close_notify.
  bool EndsCleanly() {
    char byte;
    return SSL_get_error(ssl_, SSL_read(ssl_, &byte, 1)) == SSL_ERROR_ZERO_RETURN;
  }
  void CloseNotify() { SSL_shutdown(ssl_); }
  // Makes the connection end with a reset. Call before sending: a reset drops buffered data.
  void ResetOnClose() const {
    const int on = 1;
    setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  bool resumed() const { return SSL_session_reused(ssl_) == 1; }
  int fd() const { return SSL_get_fd(ssl_); }
  SSL* ssl() const { return ssl_; }

 private:
  SSL* ssl_;
};

class TlsTestServer {
 public:
  using Script = std::function<void(TlsTestPeer*)>;

  TlsTestServer(const Identity& identity, int connections, Script script, int max_version = 0)
      : context_(SSL_CTX_new(TLS_server_method())), script_(std::move(script)) {
    SSL_CTX_use_certificate(context_, identity.certificate.get());
    SSL_CTX_use_PrivateKey(context_, identity.key.get());
    if (max_version != 0) SSL_CTX_set_max_proto_version(context_, max_version);
    static constexpr unsigned char kId[] = "test";
    SSL_CTX_set_session_id_context(context_, kId, sizeof(kId) - 1);
    SSL_CTX_set_alpn_select_cb(context_, SelectAlpn, this);
    // OpenSSL's macros without their old-style casts.
    SSL_CTX_callback_ctrl(context_, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(&NoteSni));
    SSL_CTX_ctrl(context_, SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);
    thread_ = std::thread([this, connections] {
      for (int i = 0; i < connections; ++i) ServeOne();
    });
  }
  ~TlsTestServer() {
    thread_.join();
    SSL_CTX_free(context_);
  }

  Address address() const { return socket_.address(); }
  int handshakes() const { return handshakes_; }
  std::string alpn() { return Locked(&alpn_); }
  std::string sni() { return Locked(&sni_); }

 private:
  void ServeOne() {
    const int fd = socket_.Accept();
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) {
      ++handshakes_;
      TlsTestPeer peer(ssl);
      script_(&peer);
    }
    SSL_free(ssl);
    close(fd);
  }
  static int SelectAlpn(SSL*, const unsigned char** out, unsigned char* out_size,
                        const unsigned char* in, unsigned int in_size, void* self) {
    auto* server = static_cast<TlsTestServer*>(self);
    std::lock_guard lock(server->mutex_);
    server->alpn_.assign(reinterpret_cast<const char*>(in), in_size);
    *out = in + 1;
    *out_size = in[0];
    return SSL_TLSEXT_ERR_OK;
  }
  static int NoteSni(SSL* ssl, int*, void* self) {
    auto* server = static_cast<TlsTestServer*>(self);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    std::lock_guard lock(server->mutex_);
    server->sni_ = name != nullptr ? name : "(none)";
    return SSL_TLSEXT_ERR_OK;
  }
  std::string Locked(const std::string* text) {
    std::lock_guard lock(mutex_);
    return *text;
  }

  RawServer socket_;
  SSL_CTX* context_;
  Script script_;
  std::atomic<int> handshakes_{0};
  std::mutex mutex_;
  std::string alpn_, sni_;
  std::thread thread_;
};

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_TLS_TEST_SERVER_H_
