// What a client has sent and nobody has parsed yet: a head that is not whole, or requests sent
// ahead; counted against limits.buffered_bytes_max. Holds no buffer while empty. Owned by a
// ClientConnection.
#ifndef BANTO_PROXY_CLIENT_UNPARSED_BYTES_H_
#define BANTO_PROXY_CLIENT_UNPARSED_BYTES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/question/request.h"

namespace banto {

class UnparsedBytes {
 public:
  // Of requests whose turn has not come: the rest stays in the socket, where it holds the client
  // up.
  static constexpr size_t kAheadMax = 64 * 1024;

  bool empty() const { return size() == 0; }
  size_t size() const { return bytes_.size() - parsed_; }
  std::string_view view() const { return std::string_view(bytes_).substr(parsed_); }
  // How much may be read ahead. Never nothing: the client's end lies behind its bytes.
  size_t Room() const;
  bool full() const { return size() >= kAheadMax; }

  // False: the process holds too much already, and all of it is dropped.
  bool Append(std::string_view bytes, BufferedBytes::Budget* budget);
  void DropParsed(size_t count) { parsed_ += count; }
  // All of it, out of reach of whoever is called while it is parsed.
  UnparsedBytes Take() { return std::exchange(*this, UnparsedBytes()); }
  void Clear() { Take(); }

 private:
  std::string bytes_;
  size_t parsed_ = 0;    // of bytes_
  BufferedBytes share_;  // of the process's limit
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_UNPARSED_BYTES_H_
