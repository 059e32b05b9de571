// An answer's head and payload -> HTTP/1.1 bytes on a Stream, in as few writes as possible: the
// head waits for the first payload, what the socket does not take is kept (and counted, so that the
// Exchange stops in time). Owned by a ClientConnection; loop thread only.
#ifndef BANTO_PROXY_CLIENT_ANSWER_WRITER_H_
#define BANTO_PROXY_CLIENT_ANSWER_WRITER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/exchange/client_stream.h"
#include "proxy/net/stream.h"

namespace banto {

class AnswerWriter {
 public:
  // How the end of the payload is marked.
  enum class Framing : uint8_t {
    kNone,        // no payload follows the head
    kLength,      // Content-Length
    kChunked,     // chunked (HTTP/1.1)
    kUntilClose,  // closing ends it (HTTP/1.0)
  };

  // Renders the head. Returns the chosen framing. `keep_alive` determines Connection.
  Framing Start(const AnswerHead& head, int client_minor_version, bool keep_alive,
                std::string_view date);
  // False: the stream is broken.
  bool Write(net::Stream* stream, std::span<const std::string_view> pieces, bool end);
  // Raw bytes outside any answer (100 Continue).
  bool WriteRaw(net::Stream* stream, std::string_view bytes);
  // Bytes that the socket did not take (StreamHandler::OnUnsent) are pending again.
  void TakeBack(std::string_view rest) { out_.append(rest); }
  // Sends pending bytes; false: broken.
  bool Flush(net::Stream* stream);

  size_t pending() const { return out_.size() - sent_; }
  bool started() const { return started_; }
  bool ended() const { return ended_; }
  // The payload promised by Content-Length is incomplete, or its framing has not ended.
  Framing framing() const { return framing_; }
  void Reset();  // ready for the next answer; pending bytes stay

 private:
  bool WriteToken(net::Stream* stream, std::string_view piece);
  size_t Frame(std::span<const std::string_view> pieces, bool end, iovec* iov, char* size_line);
  void DropHead();
  bool Send(net::Stream* stream, std::span<const iovec> pieces);

  Framing framing_ = Framing::kNone;
  bool started_ = false, ended_ = false;
  size_t sent_ = 0;   // of out_
  std::string head_;  // rendered, not handed to the socket yet
  std::string out_;   // bytes that the socket did not take
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_ANSWER_WRITER_H_
