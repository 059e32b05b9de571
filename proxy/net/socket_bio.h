// OpenSSL's view of one of our sockets. Its stock socket BIO uses write(), which raises SIGPIPE
// when the peer is gone; this one sends with MSG_NOSIGNAL.
#ifndef BANTO_PROXY_NET_SOCKET_BIO_H_
#define BANTO_PROXY_NET_SOCKET_BIO_H_

struct bio_st;

namespace banto::net {

// A BIO over `*fd`, which outlives it and stays the caller's to close; nullptr when memory is out.
bio_st* NewSocketBio(const int* fd);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SOCKET_BIO_H_
