#include "proxy/ops/log_reader.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "proxy/http/content_decoder.h"

namespace banto::ops {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

std::unique_ptr<http::ContentDecoder> DecoderOf(std::string_view begin) {
  using http::ContentCoding;
  if (begin.starts_with("\x1f\x8b")) return http::MakeContentDecoder(ContentCoding::kGzip);
  if (begin.starts_with("\x28\xb5\x2f\xfd")) return http::MakeContentDecoder(ContentCoding::kZstd);
  return nullptr;
}

// Fills `room` as far as the file goes, so that its first bytes come in one piece from a pipe too.
ssize_t ReadPiece(int fd, std::vector<char>* room) {
  size_t size = 0;
  while (size < room->size()) {
    const ssize_t got = read(fd, room->data() + size, room->size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

// False: the text is no such format.
bool Decode(http::ContentDecoder* decoder, std::string_view piece, std::vector<char>* room,
            LineCutter* lines) {
  for (;;) {
    size_t got = 0;
    const auto status = decoder->Decode(&piece, room->data(), room->size(), &got);
    lines->Add({room->data(), got});
    if (status == http::ContentDecoder::Status::kCorrupt) return false;
    if (status == http::ContentDecoder::Status::kMore) return true;
  }
}

}  // namespace

void LineCutter::Add(std::string_view piece) {
  for (;;) {
    const size_t newline = piece.find('\n');
    if (newline == std::string_view::npos) return Keep(piece);
    const std::string_view part = piece.substr(0, newline);
    piece.remove_prefix(newline + 1);
    if (begun_.empty() && !too_long_ && part.size() <= kLineBytesMax) {
      Give(part);
    } else {
      Keep(part);
      End();
    }
  }
}

void LineCutter::Keep(std::string_view part) {
  if (begun_.size() + part.size() > kLineBytesMax) too_long_ = true;
  if (!too_long_) begun_.append(part);
}

void LineCutter::End() {
  if (too_long_) sink_->OnLongLine();
  if (!too_long_) Give(begun_);
  begun_.clear();
  too_long_ = false;
}

void LineCutter::Give(std::string_view line) {
  if (!line.empty()) sink_->OnLine(line);
}

std::string ReadLog(int fd, LineSink* sink) {
  std::vector<char> piece(kPieceBytes), decoded;
  std::unique_ptr<http::ContentDecoder> decoder;
  LineCutter lines(sink);
  for (bool first = true;; first = false) {
    const ssize_t got = ReadPiece(fd, &piece);
    if (got < 0) return std::strerror(errno);
    if (got == 0) break;
    const std::string_view text(piece.data(), static_cast<size_t>(got));
    if (first) decoder = DecoderOf(text);
    if (decoder == nullptr) {
      lines.Add(text);
      continue;
    }
    decoded.resize(kPieceBytes);
    if (!Decode(decoder.get(), text, &decoded, &lines)) return "its compressed data are corrupt";
  }
  lines.End();
  if (decoder != nullptr && !decoder->whole()) return "its compressed data end too early";
  return "";
}

}  // namespace banto::ops
