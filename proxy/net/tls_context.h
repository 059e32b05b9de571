// TLS settings for one kind of peer (workers, Redis): trust, verification, ALPN http/1.1, and a
// session cache that all threads share (a notebook behind ngrok allows few new connections a
// minute). Thread-safe after construction.
#ifndef BANTO_PROXY_NET_TLS_CONTEXT_H_
#define BANTO_PROXY_NET_TLS_CONTEXT_H_

#include <memory>
#include <string>

namespace banto::net {

struct TlsSettings {
  bool verify = true;     // certificate chain and host name
  std::string ca_file{};  // PEM; if empty, the system's trust store
  bool http_alpn = true;  // offer "http/1.1"
};

class TlsContext {
 public:
  // Returns nullptr with `error` set if the CA file cannot be read.
  static std::unique_ptr<TlsContext> Create(const TlsSettings& settings, std::string* error);
  ~TlsContext();
  // The SSL_CTX*, for TlsStream only. The app data of each SSL made from it is a `const
  // std::string*`, the name under which its sessions are cached.
  void* native() const;

  // One cached SSL_SESSION per server name ("host:port"); any thread. Both copy, because a live SSL
  // modifies its session (closing without shutdown makes it unusable). The caller frees what it
  // takes; nullptr if there is none.
  void* TakeSession(const std::string& name);
  void PutSession(const std::string& name, void* session);

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TLS_CONTEXT_H_
