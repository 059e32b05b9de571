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

PlainStream::~PlainStream() {
  std::string_view dropped;
  if (read_ahead_) loop_->reads()->Take(this, &dropped);
  if (in_send_batch_) loop_->sends()->Take(this);
}

IoResult PlainStream::Receive(char* buffer, size_t size) {
  ssize_t got;
  do {
    got = recv(fd_, buffer, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) return {IoStatus::kOk, static_cast<size_t>(got)};
  if (got == 0) return {IoStatus::kEof};
  if (IsWouldBlock(errno)) return {IoStatus::kWouldBlock};
  return {IoStatus::kError, 0, errno};
}

IoResult PlainStream::Read(char* buffer, size_t size) {
  if (read_ahead_ || held_ != nullptr) return TakeAhead(buffer, size);
  const IoResult result = Receive(buffer, size);
  bulk_ = result.bytes > ReadBatch::kSlotBytes;
  if (result.status == IoStatus::kEof || result.status == IoStatus::kError) NoteEnd();
  return result;
}

IoResult PlainStream::ReadAhead(char* buffer, size_t size) {
  const IoResult result = Receive(buffer, size);
  read_ahead_ = result.status != IoStatus::kWouldBlock;
  return result;
}

void PlainStream::Warm() const {
  if (handler_ != nullptr) handler_->Warm();
}

void PlainStream::OnReadAhead() {
  loop_->BeginCallback();
  if (handler_ != nullptr && reading()) handler_->OnReadable();
  if (!read_ahead_) return;
  std::string_view bytes;
  const IoResult result = loop_->reads()->Take(this, &bytes);
  read_ahead_ = false;
  // An end is read again when it is asked for; bytes are not.
  if (result.status == IoStatus::kOk) held_ = std::make_unique<std::string>(bytes);
}

IoResult PlainStream::TakeAhead(char* buffer, size_t size) {
  std::string_view bytes;
  IoResult result{IoStatus::kOk};
  if (held_ != nullptr) {
    bytes = *held_;
    result.bytes = bytes.size();
  } else {
    result = loop_->reads()->Take(this, &bytes);
    read_ahead_ = false;
  }
  if (result.status != IoStatus::kOk) {
    NoteEnd();
    return result;
  }
  const size_t taken = std::min(size, bytes.size());
  std::memcpy(buffer, bytes.data(), taken);
  if (taken < bytes.size()) {
    held_ = std::make_unique<std::string>(bytes.substr(taken));
    return {IoStatus::kOk, taken};
  }
  const bool full = bytes.size() == ReadBatch::kSlotBytes;
  held_.reset();
  if (!full || taken == size) return {IoStatus::kOk, taken};
  // There is probably more where this came from.
  const IoResult more = Receive(buffer + taken, size - taken);
  bulk_ = more.bytes > 0;
  return {IoStatus::kOk, taken + more.bytes};
}

IoResult PlainStream::Write(const iovec* pieces, int count) {
  if (in_send_batch_) {
    SendNow();
    if (writing()) return {IoStatus::kWouldBlock};
  }
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

IoResult PlainStream::WriteSoon(const iovec* pieces, int count) {
  size_t wanted = 0;
  for (int i = 0; i < count; ++i) wanted += pieces[i].iov_len;
  if (wanted > kGatherBytes || writing() || !loop_->sends()->Add(this, pieces, count, wanted)) {
    return Write(pieces, count);
  }
  in_send_batch_ = true;
  return {IoStatus::kOk, wanted};
}

void PlainStream::SendNow() {
  if (in_send_batch_) SendTaken(loop_->sends()->Take(this));
}

void PlainStream::SendTaken(std::string_view bytes) {
  in_send_batch_ = false;
  const iovec piece = {const_cast<char*>(bytes.data()),
                       bytes.size()};  // NOLINT: send only reads it
  const IoResult result = Write(&piece, 1);
  if (result.status == IoStatus::kOk && result.bytes == bytes.size()) return;
  if (handler_ != nullptr) handler_->OnUnsent(bytes.substr(result.bytes), result.error);
}

void PlainStream::ShutdownWrite() {
  SendNow();
  Stream::ShutdownWrite();
}

void PlainStream::OnReadReady() {
  if (held_ == nullptr && !bulk_ && reading()) return loop_->ReadSoon(this);
  if (handler_ != nullptr) handler_->OnReadable();
}

void PlainStream::OnWriteReady() {
  if (handler_ != nullptr) handler_->OnWritable();
}

}  // namespace banto::net
