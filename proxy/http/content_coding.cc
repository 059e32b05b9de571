#include "proxy/http/content_coding.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "proxy/http/message.h"

namespace banto::http {
namespace {

// Where decoded bytes go: grows by doubling, never beyond one byte more than allowed (that byte is
// the proof of a body that is too large).
class BoundedOutput {
 public:
  BoundedOutput(size_t bytes_max, size_t first, std::string* out)
      : room_max_(bytes_max < SIZE_MAX ? bytes_max + 1 : bytes_max), out_(out) {
    out_->resize(std::min(std::max(first, kFirstMin), room_max_));
  }
  char* room() { return out_->data() + used_; }
  size_t room_size() const { return out_->size() - used_; }
  // Takes over `size` bytes that were written to room(). False: more than allowed.
  bool Took(size_t size) {
    used_ += size;
    if (used_ == room_max_) return false;
    if (used_ == out_->size()) out_->resize(std::min(out_->size() * 2, room_max_));
    return true;
  }
  void Finish() { out_->resize(used_); }

 private:
  static constexpr size_t kFirstMin = 4096;
  const size_t room_max_;
  size_t used_ = 0;
  std::string* out_;
};

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// "deflate" is zlib's format (RFC 9110 §8.4.1.2), yet some send the raw one; zlib's header tells
// them apart.
bool HasZlibHeader(std::string_view body) {
  if (body.size() < 2) return false;
  const auto first = static_cast<unsigned char>(body[0]);
  const auto second = static_cast<unsigned char>(body[1]);
  return (first & 0x0f) == 8 && (first * 256u + second) % 31 == 0;
}

// Gives zlib the next stretch of input; its counters have 32 bits.
void Feed(std::string_view* body, z_stream* stream) {
  constexpr size_t kStretchMax = size_t{1} << 30;
  if (stream->avail_in > 0 || body->empty()) return;
  const size_t size = std::min(body->size(), kStretchMax);
  // zlib's type is not const, its use is.
  stream->next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(body->data()));
  stream->avail_in = static_cast<uInt>(size);
  body->remove_prefix(size);
}

DecodeStatus Inflate(std::string_view body, int window_bits, size_t bytes_max, std::string* out) {
  z_stream stream = {};
  if (inflateInit2(&stream, window_bits) != Z_OK) return DecodeStatus::kCorrupt;
  const std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  BoundedOutput output(bytes_max, body.size() * 4, out);
  for (;;) {
    Feed(&body, &stream);
    const auto room = static_cast<uInt>(std::min<size_t>(output.room_size(), 1u << 30));
    stream.next_out = reinterpret_cast<Bytef*>(output.room());
    stream.avail_out = room;
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (!output.Took(room - stream.avail_out)) return DecodeStatus::kTooLarge;
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0 && body.empty()) break;
      // RFC 1952 §2.2: several gzip members follow each other. Nothing else may.
      if (window_bits <= MAX_WBITS || inflateReset(&stream) != Z_OK) return DecodeStatus::kCorrupt;
    } else if (code != Z_OK || (stream.avail_out > 0 && stream.avail_in == 0 && body.empty())) {
      return DecodeStatus::kCorrupt;
    }
  }
  output.Finish();
  return DecodeStatus::kOk;
}

struct FreeZstd {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

DecodeStatus Unzstd(std::string_view body, size_t bytes_max, std::string* out) {
  constexpr int kWindowLogMax = 23;  // RFC 9659: 8 MiB
  const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
  if (context == nullptr) return DecodeStatus::kCorrupt;
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  BoundedOutput output(bytes_max, body.size() * 4, out);
  ZSTD_inBuffer input = {body.data(), body.size(), 0};
  for (;;) {
    ZSTD_outBuffer room = {output.room(), output.room_size(), 0};
    const size_t left = ZSTD_decompressStream(context.get(), &room, &input);
    if (ZSTD_isError(left) != 0) return DecodeStatus::kCorrupt;
    const bool full = room.pos == room.size;
    if (!output.Took(room.pos)) return DecodeStatus::kTooLarge;
    if (input.pos < input.size) continue;
    if (left == 0) break;
    if (!full) return DecodeStatus::kCorrupt;
  }
  output.Finish();
  return DecodeStatus::kOk;
}

}  // namespace

DecodeStatus DecodeBody(std::string_view coding, std::string_view body, size_t bytes_max,
                        std::string* out) {
  constexpr int kGzip = 16;  // zlib: add to the window's size for gzip's format
  out->clear();
  DecodeStatus status = DecodeStatus::kUnsupported;
  if (coding.empty() || EqualsNoCase(coding, "identity")) {
    if (body.size() > bytes_max) return DecodeStatus::kTooLarge;
    out->assign(body);
    return DecodeStatus::kOk;
  }
  if (EqualsNoCase(coding, "gzip") || EqualsNoCase(coding, "x-gzip")) {
    status = Inflate(body, MAX_WBITS + kGzip, bytes_max, out);
  } else if (EqualsNoCase(coding, "deflate")) {
    status = Inflate(body, HasZlibHeader(body) ? MAX_WBITS : -MAX_WBITS, bytes_max, out);
  } else if (EqualsNoCase(coding, "zstd")) {
    status = Unzstd(body, bytes_max, out);
  }
  if (status != DecodeStatus::kOk) out->clear();
  return status;
}

}  // namespace banto::http
