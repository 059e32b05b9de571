// How one read or write of a Stream went.
#ifndef BANTO_PROXY_NET_IO_RESULT_H_
#define BANTO_PROXY_NET_IO_RESULT_H_

#include <cstddef>
#include <cstdint>

namespace banto::net {

enum class IoStatus : uint8_t {
  kOk,          // `bytes` > 0 were moved
  kWouldBlock,  // nothing could be moved now; readiness will be reported
  kEof,         // read only: the peer closed in order
  kError,  // the stream is broken; `error` is an errno or EPROTO for TLS (detail() has the words)
};

struct IoResult {
  IoStatus status;
  size_t bytes = 0;
  int error = 0;
};

// What a read left in its socket.
enum class Rest : uint8_t {
  kAsBefore,   // nothing was read from the socket
  kNone,       // the read would have blocked
  kEndAtMost,  // it brought less than there was room for
  kPerhaps,    // it filled its room
  kEnd,        // it met the end, which stays
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_IO_RESULT_H_
