// A Stream over TLS, as a client. Connecting includes the handshake; the certificate and its name
// are verified, and a cached session shortens the handshake. Never blocks.
#ifndef BANTO_PROXY_NET_TLS_STREAM_H_
#define BANTO_PROXY_NET_TLS_STREAM_H_

#include <optional>
#include <string>

#include "proxy/net/stream.h"

struct ssl_st;

namespace banto::net {

class TlsStream final : public Stream {
 public:
  TlsStream(EventLoop* loop, int fd, StreamHandler* handler, const TlsTarget& target,
            uint16_t port);
  ~TlsStream() override;

  IoResult Read(size_t size, std::string_view* bytes) override;
  // Writes records of up to 16 KiB. After kWouldBlock the next call must begin with the same bytes.
  IoResult Write(const iovec* pieces, int count) override;
  // Sends close_notify but no FIN, so that the peer can still answer.
  void ShutdownWrite() override;
  const std::string& detail() const override { return detail_; }

  // Whether the server resumed a cached session. For tests and logs.
  bool resumed() const;

 private:
  enum class Step {
    kHandshake,  // OnConnected has not been called yet
    kOpen,       // application bytes may flow
    kBroken,     // fatal TLS or socket error; OpenSSL must not be called again
  };

  bool Prepare(const TlsTarget& target);
  void OnTransport(int error) override;
  void OnReadReady() override;
  void OnWriteReady() override;
  bool HasBuffered() const override;
  void Handshake();
  // OpenSSL's verdict on a call that transferred nothing.
  IoResult Blocked(int result, bool reading);
  void Explain(const char* what);

  ssl_st* ssl_ = nullptr;
  Step step_ = Step::kHandshake;
  bool write_blocked_ = false;        // the owner waits for OnWritable
  bool write_wants_read_ = false;     // the blocked write resumes when bytes arrive
  std::optional<IoResult> read_end_;  // how reading ended
  std::string server_name_;
  std::string session_name_;  // "host:port"
  std::string detail_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TLS_STREAM_H_
