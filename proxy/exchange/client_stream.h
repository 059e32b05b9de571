// Where an Exchange writes its answer, whatever the protocol below: a head, payload, an end — or an
// abort. Pipelining, framing and lingering close are the implementation's affair (ClientConnection
// for HTTP/1.1), so that HTTP/2 can come without touching an Exchange.
#ifndef BANTO_PROXY_EXCHANGE_CLIENT_STREAM_H_
#define BANTO_PROXY_EXCHANGE_CLIENT_STREAM_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/http/field_list.h"

namespace banto {

// The head of an answer, whatever the protocol. HTTP/1.1 writes a status line, Date, the fields as
// they are, and by the length Content-Length or Transfer-Encoding, then Connection; HTTP/2 will
// write :status, date, the fields with their names in lower case and content-length, and has
// frames for the rest (RFC 9113 §8.2.2: no Connection, no Transfer-Encoding).
struct AnswerHead {
  static constexpr int64_t kUnknownLength = -1;
  int status = 200;
  http::FieldList fields;           // end-to-end only
  int64_t length = kUnknownLength;  // payload bytes if known; sent even if no payload follows
                                    // (HEAD)
  bool dated = false;       // the fields include the worker's Date (RFC 9110 §6.6.1: the origin's
                            // counts)
  bool no_payload = false;  // HEAD, 204, 304: a length is announced, but nothing is sent
};

class ClientStream {
 public:
  // An interim answer (1xx) before Start(), with its end-to-end fields. Skipped for a client that
  // cannot read it or is behind.
  virtual void Inform(int status, const http::FieldList& fields) = 0;
  // Call once, before any Write. Nothing is sent yet: the head goes out with the first payload, in
  // one write.
  virtual void Start(const AnswerHead& head) = 0;
  // Sends payload (preceded by the head). `end`: the answer is complete; its framing is closed in
  // the same write.
  virtual void Write(std::span<const std::string_view> pieces, bool end) = 0;
  // The answer cannot be completed: sends what was written, then closes without the end of the
  // framing.
  virtual void Abort() = 0;
  // Whether more may be written now. After it was false, the Exchange's OnClientWritable() is
  // called once there is room.
  virtual bool writable() const = 0;
  // Whether the client has taken all that was written, as far as its socket tells.
  virtual bool drained() const = 0;
  // The Exchange's last call: it is destroyed at the end of the turn, and the stream continues with
  // the next request.
  virtual void Release() = 0;

 protected:
  ~ClientStream() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_CLIENT_STREAM_H_
