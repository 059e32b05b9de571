// TLS settings towards one kind of peer (workers, Redis): trust, verification, ALPN http/1.1, and a
// session cache that all threads share (a notebook behind ngrok allows few new connections a
// minute). Thread-safe after construction.
#ifndef BANTO_PROXY_NET_TLS_CONTEXT_H_
#define BANTO_PROXY_NET_TLS_CONTEXT_H_

#include <memory>
#include <string>

namespace banto::net {

struct TlsSettings {
  bool verify = true;     // chain and host name
  std::string ca_file{};  // PEM; empty: the system's trust store
  bool http_alpn = true;  // offer "http/1.1"
};

class TlsContext {
 public:
  // nullptr with `error` set when the CA file cannot be read.
  static std::unique_ptr<TlsContext> Create(const TlsSettings& settings, std::string* error);
  ~TlsContext();
  // SSL_CTX*, for TlsStream alone. The app data of each SSL made from it is a `const std::string*`:
  // the name under which its sessions are remembered.
  void* native() const;

  // One remembered SSL_SESSION per server name ("host:port"); any thread. Both sides copy: a
  // session that a live SSL holds is changed by it (closing without shutdown makes it unusable).
  // The taker frees what it took; nullptr: none.
  void* TakeSession(const std::string& name);
  void PutSession(const std::string& name, void* session);

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TLS_CONTEXT_H_
