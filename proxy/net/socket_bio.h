// OpenSSL's view of one of our sockets. It tells what the last read met, which edge-triggered
// watching must know and OpenSSL keeps to itself. Its stock socket BIO uses write(), which raises
// SIGPIPE when the peer is gone; this one sends with MSG_NOSIGNAL.
#ifndef BANTO_PROXY_NET_SOCKET_BIO_H_
#define BANTO_PROXY_NET_SOCKET_BIO_H_

#include "proxy/net/io_result.h"

struct bio_st;

namespace banto::net {

struct BioSocket {
  int fd;                       // stays the caller's to close
  Rest rest = Rest::kAsBefore;  // since the caller last set it so
};

// A BIO over `socket`, which outlives it; nullptr when memory is out.
bio_st* NewSocketBio(BioSocket* socket);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SOCKET_BIO_H_
