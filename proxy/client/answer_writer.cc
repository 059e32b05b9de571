#include "proxy/client/answer_writer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "proxy/http/writer.h"
#include "proxy/net/spare_string.h"

namespace banto {
namespace {

constexpr size_t kPiecesMax = 32;
constexpr size_t kSizeLineMax = 20;
constexpr size_t kTokenBytesMax = 2048;

iovec Piece(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()),
          bytes.size()};  // NOLINT: writev does not write through it
}

// "1a\r\n" for a chunk of `size` bytes, written into `line`.
iovec ChunkSizeLine(size_t size, char* line) {
  char* at = line + kSizeLineMax;
  *--at = '\n';
  *--at = '\r';
  for (; size > 0; size >>= 4) *--at = "0123456789abcdef"[size & 15];
  return {at, static_cast<size_t>(line + kSizeLineMax - at)};
}

}  // namespace

AnswerWriter::Framing AnswerWriter::Start(const AnswerHead& head, int client_minor_version,
                                          bool keep_alive, std::string_view date) {
  assert(!started_);
  started_ = true;
  ended_ = false;
  head_ = net::TakeSpareString();
  head_.reserve(head.fields.byte_size() + 160);
  http::AppendStatusLine(head.status, &head_);
  if (!head.dated) head_.append("Date: ").append(date).append("\r\n");
  head_.append(head.fields.lines());
  if (head.no_payload) {
    framing_ = Framing::kNone;
    if (head.length >= 0 && head.status != 204) {
      http::AppendField("Content-Length", static_cast<uint64_t>(head.length), &head_);
    }
  } else if (head.length >= 0) {
    framing_ = Framing::kLength;
    http::AppendField("Content-Length", static_cast<uint64_t>(head.length), &head_);
  } else if (client_minor_version >= 1) {
    framing_ = Framing::kChunked;
    head_.append("Transfer-Encoding: chunked\r\n");
  } else {
    framing_ = Framing::kUntilClose;
    keep_alive = false;
  }
  if (!keep_alive) {
    head_.append("Connection: close\r\n");
  } else if (client_minor_version == 0) {
    head_.append("Connection: keep-alive\r\n");
  }
  head_.append("\r\n");
  return framing_;
}

bool AnswerWriter::Write(net::Stream* stream, std::span<const std::string_view> pieces, bool end) {
  assert(started_ && !ended_);
  const bool token = pieces.size() == 1 && !end && head_.empty() && framing_ == Framing::kChunked;
  if (token && pieces[0].size() - 1 < kTokenBytesMax) return WriteToken(stream, pieces[0]);
  // More pieces than one writev accepts (a read of hundreds of tiny chunks): write in several
  // rounds.
  while (pieces.size() > kPiecesMax) {
    if (!Write(stream, pieces.first(kPiecesMax), false)) return false;
    pieces = pieces.subspan(kPiecesMax);
  }
  std::array<iovec, kPiecesMax + 3> iov;
  std::array<char, kSizeLineMax> size_line;
  const size_t count = Frame(pieces, end, iov.data(), size_line.data());
  ended_ = end;
  return Send(stream, {iov.data(), count});
}

// The usual piece of a stream: one small chunk, assembled in one buffer and sent in one piece.
// Shaped by measurement; see perf/README.md.
bool AnswerWriter::WriteToken(net::Stream* stream, std::string_view piece) {
  std::array<char, kSizeLineMax + kTokenBytesMax + 2> bytes;
  const iovec line = ChunkSizeLine(piece.size(), bytes.data());
  char* const payload = bytes.data() + kSizeLineMax;  // the size line ends here
  std::memcpy(payload, piece.data(), piece.size());
  payload[piece.size()] = '\r';
  payload[piece.size() + 1] = '\n';
  const iovec chunk = {line.iov_base, line.iov_len + piece.size() + 2};
  return Send(stream, {&chunk, 1});
}

// Lists head, framing and payload as pieces. Returns their number.
size_t AnswerWriter::Frame(std::span<const std::string_view> pieces, bool end, iovec* iov,
                           char* size_line) {
  size_t count = 0;
  size_t payload = 0;
  for (std::string_view piece : pieces) payload += piece.size();
  if (!head_.empty()) iov[count++] = Piece(head_);
  const bool chunk = framing_ == Framing::kChunked && payload > 0;
  if (chunk) iov[count++] = ChunkSizeLine(payload, size_line);
  if (framing_ != Framing::kNone) {
    for (std::string_view piece : pieces) {
      if (!piece.empty()) iov[count++] = Piece(piece);
    }
  }
  if (chunk) {
    iov[count++] = Piece(end ? "\r\n0\r\n\r\n" : "\r\n");
  } else if (end && framing_ == Framing::kChunked) {
    iov[count++] = Piece(http::kLastChunk);
  }
  return count;
}

// Hands the pieces to the socket and keeps what it does not take.
bool AnswerWriter::Send(net::Stream* stream, std::span<const iovec> pieces) {
  size_t skip = 0;
  if (pending() == 0 && !pieces.empty()) {
    const net::IoResult result = stream->WriteSoon(pieces.data(), static_cast<int>(pieces.size()));
    if (result.status == net::IoStatus::kError) return false;
    if (result.status == net::IoStatus::kOk) skip = result.bytes;
    size_t wanted = 0;
    for (const iovec& piece : pieces) wanted += piece.iov_len;
    if (skip == wanted) {
      DropHead();
      return true;
    }
  }
  if (sent_ > 0 && pending() < sent_) {
    // A reader that is slow, but never stops reading, must not make the buffer grow.
    out_.erase(0, sent_);
    sent_ = 0;
  }
  for (const iovec& piece : pieces) {
    const size_t gone = std::min(skip, piece.iov_len);
    skip -= gone;
    out_.append(static_cast<const char*>(piece.iov_base) + gone, piece.iov_len - gone);
  }
  DropHead();
  return true;
}

// Sent. An idle connection holds no buffer.
void AnswerWriter::DropHead() {
  if (!head_.empty()) net::LeaveSpareString(std::move(head_));
}

bool AnswerWriter::WriteRaw(net::Stream* stream, std::string_view bytes) {
  const iovec piece = Piece(bytes);
  return Send(stream, {&piece, 1});
}

bool AnswerWriter::Flush(net::Stream* stream) {
  if (pending() == 0) return true;
  const iovec rest = Piece(std::string_view(out_).substr(sent_));
  const net::IoResult result = stream->Write(&rest, 1);
  if (result.status == net::IoStatus::kError) return false;
  if (result.status == net::IoStatus::kOk) sent_ += result.bytes;
  if (pending() == 0) {
    // An idle connection must not keep what one slow answer needed.
    if (out_.capacity() > 4096) std::string().swap(out_);
    out_.clear();
    sent_ = 0;
  }
  return true;
}

void AnswerWriter::Reset() {
  started_ = ended_ = false;
  DropHead();
}

}  // namespace banto
