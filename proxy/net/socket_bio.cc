#include "proxy/net/socket_bio.h"

#include <errno.h>
#include <openssl/bio.h>

#include <cstddef>
#include <memory>

#include "proxy/net/socket_io.h"

namespace banto::net {
namespace {

int FdOf(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

bool MayRetry(ssize_t moved) { return moved < 0 && IsWouldBlock(errno); }

int Send(BIO* bio, const char* bytes, int size) {
  const ssize_t sent = SendSome(FdOf(bio), bytes, static_cast<size_t>(size));
  BIO_clear_retry_flags(bio);
  if (MayRetry(sent)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int Receive(BIO* bio, char* buffer, int size) {
  const ssize_t got = ReceiveSome(FdOf(bio), buffer, static_cast<size_t>(size));
  BIO_clear_retry_flags(bio);
  if (MayRetry(got)) BIO_set_retry_read(bio);
  // libssl calls BIO_eof to distinguish a peer's FIN from an error.
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

long Control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

struct MethodDeleter {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

std::unique_ptr<BIO_METHOD, MethodDeleter> MakeMethod() {
  std::unique_ptr<BIO_METHOD, MethodDeleter> method(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "banto socket"));
  if (method == nullptr) return nullptr;
  BIO_meth_set_write(method.get(), Send);
  BIO_meth_set_read(method.get(), Receive);
  BIO_meth_set_ctrl(method.get(), Control);
  return method;
}

}  // namespace

bio_st* NewSocketBio(const int* fd) {
  static const std::unique_ptr<BIO_METHOD, MethodDeleter> method = MakeMethod();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method.get());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, const_cast<int*>(fd));
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace banto::net
