#include "proxy/net/plain_stream.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include <algorithm>

namespace banto::net {
namespace {

bool IsWouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

ssize_t Send(int fd, const iovec* pieces, int count) {
  // The usual case of one streamed token; the kernel need not fetch a msghdr and a vector for it.
  if (count == 1) return send(fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);  // sendmsg only reads it
  message.msg_iovlen = static_cast<size_t>(std::min(count, IOV_MAX));
  return sendmsg(fd, &message, MSG_NOSIGNAL);
}

}  // namespace

IoResult PlainStream::Read(char* buffer, size_t size) {
  ssize_t got;
  do {
    got = recv(fd_, buffer, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) return {IoStatus::kOk, static_cast<size_t>(got)};
  if (got == 0) {
    NoteEnd();
    return {IoStatus::kEof};
  }
  if (IsWouldBlock(errno)) return {IoStatus::kWouldBlock};
  NoteEnd();
  return {IoStatus::kError, 0, errno};
}

IoResult PlainStream::Write(const iovec* pieces, int count) {
  size_t wanted = 0;
  for (int i = 0; i < count; ++i) wanted += pieces[i].iov_len;
  ssize_t sent;
  do {
    sent = Send(fd_, pieces, count);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && !IsWouldBlock(errno)) return {IoStatus::kError, 0, errno};
  const size_t moved = sent < 0 ? 0 : static_cast<size_t>(sent);
  WantWrite(moved < wanted);
  if (sent < 0) return {IoStatus::kWouldBlock};
  return {IoStatus::kOk, moved};
}

void PlainStream::OnReadReady() {
  if (handler_ != nullptr) handler_->OnReadable();
}

void PlainStream::OnWriteReady() {
  if (handler_ != nullptr) handler_->OnWritable();
}

}  // namespace banto::net
