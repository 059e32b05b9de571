#include "proxy/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace banto::net {
namespace {

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SessionDeleter {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;
using SessionPtr = std::unique_ptr<SSL_SESSION, SessionDeleter>;

// OpenSSL calls this once per TLS 1.2 handshake and once per TLS 1.3 ticket. 0: we keep no
// reference.
int OnNewSession(SSL* ssl, SSL_SESSION* session) {
  auto* context = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto* name = static_cast<const std::string*>(SSL_get_app_data(ssl));
  if (context != nullptr && name != nullptr) context->PutSession(*name, session);
  return 0;
}

bool LoadTrust(SSL_CTX* context, const std::string& ca_file, std::string* error) {
  ERR_clear_error();
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                     : SSL_CTX_load_verify_file(context, ca_file.c_str());
  if (loaded == 1) return true;
  // The first error is the cause ("No such file or directory"); the later ones only echo it.
  const unsigned long code = ERR_get_error();
  const char* reason = ERR_GET_LIB(code) == ERR_LIB_SYS ? std::strerror(ERR_GET_REASON(code))
                                                        : ERR_reason_error_string(code);
  *error =
      ca_file.empty() ? "cannot load the system's trust store" : "cannot read CA file " + ca_file;
  *error += std::string(": ") + (reason != nullptr ? reason : "no certificate in it");
  ERR_clear_error();
  return false;
}

}  // namespace

struct TlsContext::State {
  ContextPtr context;
  std::mutex mutex;
  std::map<std::string, SessionPtr> sessions;  // guarded by mutex; one per configured peer
};

std::unique_ptr<TlsContext> TlsContext::Create(const TlsSettings& settings, std::string* error) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = state->context.get();
  if (context == nullptr) {
    *error = "cannot create a TLS context: out of memory";
    return nullptr;
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // Lets one recv take a record's head and body together (RFC 8446 §5.1: at most 16 KiB).
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (settings.verify && !LoadTrust(context, settings.ca_file, error)) return nullptr;
  if (settings.http_alpn) {
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";  // RFC 7301 §3.1: length, name
    SSL_CTX_set_alpn_protos(context, kHttp11, sizeof(kHttp11) - 1);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, OnNewSession);
  std::unique_ptr<TlsContext> result(new TlsContext(std::move(state)));
  SSL_CTX_set_app_data(context, result.get());
  return result;
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}

TlsContext::~TlsContext() = default;

void* TlsContext::native() const { return state_->context.get(); }

void* TlsContext::TakeSession(const std::string& name) {
  std::lock_guard lock(state_->mutex);
  const auto found = state_->sessions.find(name);
  return found == state_->sessions.end() ? nullptr : SSL_SESSION_dup(found->second.get());
}

void TlsContext::PutSession(const std::string& name, void* session) {
  SessionPtr copy(SSL_SESSION_dup(static_cast<SSL_SESSION*>(session)));
  if (copy == nullptr) return;
  std::lock_guard lock(state_->mutex);
  state_->sessions[name].swap(copy);
}

}  // namespace banto::net
