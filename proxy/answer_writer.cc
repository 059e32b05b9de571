#include "proxy/answer_writer.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "proxy/http/writer.h"

namespace banto {
namespace {

iovec Piece(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};  // NOLINT: writev does not write through it
}

}  // namespace

AnswerWriter::Framing AnswerWriter::Start(const AnswerHead& head, int client_minor_version, bool keep_alive,
                                          std::string_view date) {
  assert(!started_);
  started_ = true;
  ended_ = false;
  payload_bytes_ = 0;
  head_.clear();
  head_.reserve(head.fields.size() + 160);
  http::AppendStatusLine(head.status, &head_);
  if (!head.dated) head_.append("Date: ").append(date).append("\r\n");
  head_.append(head.fields);
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
  constexpr size_t kPiecesMax = 32;
  // More pieces than one writev takes (a read that brought hundreds of tiny chunks): in several rounds.
  while (pieces.size() > kPiecesMax) {
    if (!Write(stream, pieces.first(kPiecesMax), false)) return false;
    pieces = pieces.subspan(kPiecesMax);
  }
  std::array<iovec, kPiecesMax + 5> iov;
  size_t count = 0;
  size_t payload = 0;
  for (std::string_view p : pieces) payload += p.size();
  if (!head_.empty()) iov[count++] = Piece(head_);
  std::array<char, 20> size_line;
  const bool chunk = framing_ == Framing::kChunked && payload > 0;
  if (chunk) {
    char* at = size_line.data() + size_line.size();
    *--at = '\n';
    *--at = '\r';
    for (size_t n = payload; n > 0; n >>= 4) *--at = "0123456789abcdef"[n & 15];
    iov[count++] = {at, static_cast<size_t>(size_line.data() + size_line.size() - at)};
  }
  if (framing_ != Framing::kNone) {
    for (std::string_view p : pieces) {
      if (!p.empty()) iov[count++] = Piece(p);
    }
    payload_bytes_ += payload;
  }
  if (chunk && end) {
    iov[count++] = Piece("\r\n0\r\n\r\n");
  } else if (chunk) {
    iov[count++] = Piece("\r\n");
  } else if (end && framing_ == Framing::kChunked) {
    iov[count++] = Piece(http::kLastChunk);
  }
  ended_ = end;
  size_t skip = 0;
  if (pending() == 0 && count > 0) {
    const net::IoResult result = stream->Write(iov.data(), static_cast<int>(count));
    if (result.status == net::IoStatus::kError) return false;
    if (result.status == net::IoStatus::kOk) skip = result.bytes;
  }
  if (sent_ > 0 && pending() < sent_) {
    // A reader that is slow but never still must not make the buffer grow.
    out_.erase(0, sent_);
    sent_ = 0;
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t gone = std::min(skip, iov[i].iov_len);
    skip -= gone;
    out_.append(static_cast<const char*>(iov[i].iov_base) + gone, iov[i].iov_len - gone);
  }
  head_.clear();
  return true;
}

bool AnswerWriter::WriteRaw(net::Stream* stream, std::string_view bytes) {
  out_.append(bytes);
  return Flush(stream);
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
  if (head_.capacity() > 0) std::string().swap(head_);
}

}  // namespace banto
