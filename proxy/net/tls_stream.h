// A Stream that speaks TLS as a client: the handshake is a part of connecting, the certificate and
// the name in it are checked, and a remembered session makes it short. Never blocks.
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
  // Moves records of up to 16 KiB. After kWouldBlock the next call must begin with the same bytes.
  IoResult Write(const iovec* pieces, int count) override;
  // Sends close_notify, not FIN: what the peer still has to say keeps its record layer.
  void ShutdownWrite() override;
  const std::string& detail() const override { return detail_; }

  // Whether a remembered session was taken up by the server. For tests and logs.
  bool resumed() const;

 private:
  enum class Step {
    kHandshake,  // OnConnected has not been called
    kOpen,       // application bytes may flow
    kBroken,     // a fatal TLS or socket error; nothing more may be asked of OpenSSL
  };

  bool Prepare(const TlsTarget& target);
  void OnTransport(int error) override;
  void OnReadReady() override;
  void OnWriteReady() override;
  bool HasBuffered() const override;
  void Handshake();
  // What OpenSSL says about a call that moved nothing.
  IoResult Blocked(int result, bool reading);
  void Explain(const char* what);

  ssl_st* ssl_ = nullptr;
  Step step_ = Step::kHandshake;
  bool write_blocked_ = false;        // our owner waits for OnWritable
  bool write_wants_read_ = false;     // the blocked write goes on when bytes come
  std::optional<IoResult> read_end_;  // how reading ended
  std::string server_name_;
  std::string session_name_;  // "host:port"
  std::string detail_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TLS_STREAM_H_
