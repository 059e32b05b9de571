// The outcome of one read or write of a Stream.
#ifndef BANTO_PROXY_NET_IO_RESULT_H_
#define BANTO_PROXY_NET_IO_RESULT_H_

#include <cstddef>
#include <cstdint>

namespace banto::net {

enum class IoStatus : uint8_t {
  kOk,          // `bytes` > 0 were transferred
  kWouldBlock,  // nothing could be transferred now; readiness will be reported
  kEof,         // read only: the peer closed cleanly
  kError,       // the stream is broken; `error` is an errno, or EPROTO for TLS (see detail())
};

struct IoResult {
  IoStatus status;
  size_t bytes = 0;
  int error = 0;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_IO_RESULT_H_
