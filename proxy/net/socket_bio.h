// An OpenSSL BIO over one of our sockets. The stock socket BIO uses write(), which raises SIGPIPE
// once the peer is gone; this one sends with MSG_NOSIGNAL.
#ifndef BANTO_PROXY_NET_SOCKET_BIO_H_
#define BANTO_PROXY_NET_SOCKET_BIO_H_

struct bio_st;

namespace banto::net {

// `*fd` must outlive the BIO and is still closed by the caller. Returns nullptr if out of memory.
bio_st* NewSocketBio(const int* fd);

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SOCKET_BIO_H_
