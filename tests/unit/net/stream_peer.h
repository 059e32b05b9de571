// Both ends of a connection for the stream tests: a handler that records its calls, and the other
// end as a blocking socket.
#ifndef BANTO_TESTS_UNIT_NET_STREAM_PEER_H_
#define BANTO_TESTS_UNIT_NET_STREAM_PEER_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>

#include "proxy/net/address.h"
#include "proxy/net/stream.h"

namespace banto::net {

// Records its calls; if `greedy`, reads everything.
struct NotingHandler : StreamHandler {
  void OnConnected(int error) override {
    ++connected;
    connect_error = error;
  }
  void OnReadable() override {
    ++readable;
    if (greedy) ReadOnce();
  }
  void OnWritable() override {
    ++writable;
    if (!to_write.empty()) WriteOnce();
  }

  void ReadOnce() {
    std::string_view bytes;
    last_read = stream->Read(read_size, &bytes);
    if (last_read->status == IoStatus::kOk) got.append(bytes);
    if (last_read->status == IoStatus::kEof || last_read->status == IoStatus::kError) {
      ended = true;
      stream->SetReading(false);
    }
  }

  // Writes the rest of to_write.
  IoResult WriteOnce() {
    iovec piece{to_write.data(), to_write.size()};
    const IoResult result = stream->Write(&piece, 1);
    to_write.erase(0, result.bytes);
    return result;
  }

  Stream* stream = nullptr;
  bool greedy = true;
  size_t read_size = 64 * 1024;
  int connected = 0, connect_error = -1, readable = 0, writable = 0;
  bool ended = false;
  std::optional<IoResult> last_read;
  std::string got, to_write;
};

// A listening socket on 127.0.0.1, served manually.
class RawServer {
 public:
  explicit RawServer(bool listening = true) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const Address any = *Address::FromIp("127.0.0.1", 0);
    bind(fd_, any.raw(), any.size());
    if (listening) listen(fd_, 64);
  }
  ~RawServer() { close(fd_); }

  Address address() const {
    sockaddr_storage raw{};
    socklen_t size = sizeof(raw);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &size);
    return Address::FromRaw(reinterpret_cast<sockaddr*>(&raw), size);
  }
  int Accept() const { return accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }

 private:
  int fd_;
};

inline bool SendAll(int fd, const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<size_t>(n);
  }
  return true;
}

inline void CloseWithReset(int fd) {
  const linger now{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(fd);
}

}  // namespace banto::net

#endif  // BANTO_TESTS_UNIT_NET_STREAM_PEER_H_
