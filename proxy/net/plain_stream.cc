#include "proxy/net/plain_stream.h"

#include <limits.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "proxy/net/socket_io.h"

namespace banto::net {
namespace {

// Up to this size copying is cheaper than letting the kernel fetch a msghdr and its vector. Chosen
// by measurement; see perf/README.md.
constexpr size_t kGatherBytes = 4096;

ssize_t SendGathered(int fd, const iovec* pieces, int count) {
  std::array<char, kGatherBytes> bytes;
  size_t size = 0;
  for (int i = 0; i < count; ++i) {
    std::memcpy(bytes.data() + size, pieces[i].iov_base, pieces[i].iov_len);
    size += pieces[i].iov_len;
  }
  return SendSome(fd, bytes.data(), size);
}

ssize_t Send(int fd, const iovec* pieces, int count, size_t size) {
  if (count == 1) return SendSome(fd, pieces->iov_base, pieces->iov_len);
  if (size <= kGatherBytes) return SendGathered(fd, pieces, count);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);  // sendmsg does not modify it
  message.msg_iovlen = static_cast<size_t>(std::min(count, IOV_MAX));
  ssize_t sent;
  do {
    sent = sendmsg(fd, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

}  // namespace

PlainStream::~PlainStream() {
  std::string_view dropped;
  if (read_ahead_) loop_->reads()->Take(this, &dropped);
  if (in_send_batch()) loop_->sends()->Take(this);
}

IoResult PlainStream::Receive(char* buffer, size_t size) {
  const ssize_t got = ReceiveSome(fd_, buffer, size);
  const int error = got < 0 ? errno : 0;
  if (got > 0) return {IoStatus::kOk, static_cast<size_t>(got)};
  if (got == 0) return {IoStatus::kEof};
  if (IsWouldBlock(error)) return {IoStatus::kWouldBlock};
  return {IoStatus::kError, 0, error};
}

IoResult PlainStream::Read(size_t size, std::string_view* bytes) {
  NoteRead();
  if (read_ahead_) {
    read_ahead_ = false;
    const IoResult result = loop_->reads()->Take(this, bytes);
    if (result.status != IoStatus::kOk) NoteEnd(result.status);
    const bool usual = result.bytes < ReadBatch::kSlotBytes && result.bytes <= size;
    return usual ? result : ReadOn(size, bytes);
  }
  if (held_ != nullptr) {
    const std::unique_ptr<std::string> held = std::move(held_);
    *bytes = *held;
    return ReadOn(size, bytes);
  }
  if (held_error_ != 0) {
    NoteEnd(IoStatus::kError);
    return {IoStatus::kError, 0, held_error_};
  }
  const IoResult result = Receive(loop_->scratch(), size);
  *bytes = {loop_->scratch(), result.bytes};
  bulk_ = result.bytes > ReadBatch::kSlotBytes;
  if (result.status == IoStatus::kEof || result.status == IoStatus::kError) NoteEnd(result.status);
  return result;
}

// Serves bytes that were read ahead: more than were asked for, or so many that the socket probably
// holds more.
IoResult PlainStream::ReadOn(size_t size, std::string_view* bytes) {
  char* const buffer = loop_->scratch();
  size_t filled = std::min(size, bytes->size());
  std::memcpy(buffer, bytes->data(), filled);
  if (filled < bytes->size()) {
    held_ = std::make_unique<std::string>(bytes->substr(filled));
    ReportReadableAgain();
  } else if (filled >= ReadBatch::kSlotBytes && filled < size) {
    const IoResult more = Receive(buffer + filled, size - filled);
    bulk_ = more.bytes > 0;
    held_error_ = more.error;
    if (more.bytes == 0 && more.status != IoStatus::kWouldBlock) ReportReadableAgain();
    filled += more.bytes;
  }
  *bytes = {buffer, filled};
  return {IoStatus::kOk, filled};
}

IoResult PlainStream::ReadAhead(char* buffer, size_t size) {
  const IoResult result = Receive(buffer, size);
  read_ahead_ = result.status != IoStatus::kWouldBlock;
  return result;
}

void PlainStream::OnReadAhead() {
  if (reading()) NotifyReadable();
  if (!read_ahead_) return;
  std::string_view bytes;
  const IoResult result = loop_->reads()->Take(this, &bytes);
  read_ahead_ = false;
  // An orderly end can be read again later. Bytes cannot, nor can an error, which a second read
  // would report as such an end.
  if (result.status == IoStatus::kOk) held_ = std::make_unique<std::string>(bytes);
  held_error_ = result.error;
}

IoResult PlainStream::Write(const iovec* pieces, int count) {
  if (in_send_batch()) {
    SendNow();
    if (writing()) return {IoStatus::kWouldBlock};
  }
  size_t wanted = 0;
  for (int i = 0; i < count; ++i) wanted += pieces[i].iov_len;
  const ssize_t sent = Send(fd_, pieces, count, wanted);
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
  return {IoStatus::kOk, wanted};
}

void PlainStream::SendNow() {
  if (in_send_batch()) SendTaken(loop_->sends()->Take(this));
}

void PlainStream::SendTaken(std::string_view bytes) {
  const ssize_t sent = SendSome(fd_, bytes.data(), bytes.size());
  if (sent == static_cast<ssize_t>(bytes.size())) return;
  const int error = sent < 0 && !IsWouldBlock(errno) ? errno : 0;
  if (error == 0) WantWrite(true);
  if (handler_ != nullptr) {
    handler_->OnUnsent(bytes.substr(sent < 0 ? 0 : static_cast<size_t>(sent)), error);
  }
}

void PlainStream::ShutdownWrite() {
  SendNow();
  Stream::ShutdownWrite();
}

void PlainStream::OnReadReady() {
  if (read_ahead_) return;  // already reported in this turn; libevent reports what is left
  if (!HasBuffered() && !bulk_ && reading()) return loop_->ReadSoon(this);
  loop_->BeginCallback();
  NotifyReadable();
}

void PlainStream::OnWriteReady() {
  if (handler_ != nullptr) handler_->OnWritable();
}

}  // namespace banto::net
