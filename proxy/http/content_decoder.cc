#include "proxy/http/content_decoder.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>

namespace banto::http {
namespace {

class Inflater final : public ContentDecoder {
 public:
  enum class Format : uint8_t { kGzip, kDeflate };
  explicit Inflater(Format format) : format_(format) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() override {
    if (begun_) inflateEnd(&stream_);
  }

  Status Decode(std::string_view* in, char* room, size_t room_size, size_t* got) override {
    *got = 0;
    if (!begun_ && !Begin(in)) return in->empty() ? Status::kMore : Status::kCorrupt;
    size_t left = room_size;
    Status status = Status::kFull;
    std::string_view begin(begin_);
    if (!begin.empty()) {
      status = Inflate(&begin, &room, &left);
      begin_.erase(0, begin_.size() - begin.size());
    }
    while (status != Status::kCorrupt && left > 0) {
      status = Inflate(in, &room, &left);
      if (status == Status::kMore) break;
    }
    *got = room_size - left;
    return status;
  }
  bool whole() const override { return whole_; }

 private:
  // "deflate" is zlib's format (RFC 9110 §8.4.1.2), yet some send raw deflate; the two bytes of
  // zlib's header distinguish them.
  bool Begin(std::string_view* in) {
    constexpr int kGzip = 16;  // added to the window size it selects gzip's format
    int window_bits = MAX_WBITS + kGzip;
    if (format_ == Format::kDeflate) {
      const size_t size = std::min(2 - begin_.size(), in->size());
      begin_.append(in->substr(0, size));
      in->remove_prefix(size);
      if (begin_.size() < 2) return false;
      const auto first = static_cast<unsigned char>(begin_[0]);
      const auto second = static_cast<unsigned char>(begin_[1]);
      const bool zlib = (first & 0x0f) == 8 && (first * 256u + second) % 31 == 0;
      window_bits = zlib ? MAX_WBITS : -MAX_WBITS;
    }
    begun_ = inflateInit2(&stream_, window_bits) == Z_OK;
    return begun_;
  }

  // zlib's counters are 32 bits wide, so large inputs are decoded in parts.
  Status Inflate(std::string_view* in, char** room, size_t* left) {
    constexpr size_t kStretchMax = size_t{1} << 30;
    if (whole_ && in->empty()) return Status::kMore;
    // RFC 1952 §2.2: several gzip members may follow each other. Nothing else may.
    constexpr char kMemberBegin = '\x1f';
    const bool member = format_ == Format::kGzip && !in->empty() && in->front() == kMemberBegin;
    if (whole_ && (!member || inflateReset(&stream_) != Z_OK)) return Status::kCorrupt;
    whole_ = false;
    const auto in_size = static_cast<uInt>(std::min(in->size(), kStretchMax));
    const auto out_size = static_cast<uInt>(std::min(*left, kStretchMax));
    // zlib's type is not const, but it does not write.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in->data()));
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<Bytef*>(*room);
    stream_.avail_out = out_size;
    const int code = inflate(&stream_, Z_SYNC_FLUSH);
    in->remove_prefix(in_size - stream_.avail_in);
    *room += out_size - stream_.avail_out;
    *left -= out_size - stream_.avail_out;
    whole_ = code == Z_STREAM_END;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Status::kCorrupt;
    const bool done = in->empty() && (whole_ || stream_.avail_out > 0);
    return done ? Status::kMore : Status::kFull;
  }

  const Format format_;
  bool begun_ = false;
  bool whole_ = false;
  z_stream stream_ = {};
  std::string begin_;  // the bytes that decided the format and are not yet decoded
};

class Unzstd final : public ContentDecoder {
 public:
  Unzstd() : context_(ZSTD_createDCtx()) {
    constexpr int kWindowLogMax = 23;  // RFC 9659: 8 MiB
    if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  }

  Status Decode(std::string_view* in, char* room, size_t room_size, size_t* got) override {
    *got = 0;
    if (!context_) return Status::kCorrupt;
    ZSTD_outBuffer out = {room, room_size, 0};
    // After the end of a frame, an empty input would start the next one.
    while (out.pos < out.size && (!in->empty() || !whole_)) {
      ZSTD_inBuffer input = {in->data(), in->size(), 0};
      const size_t left = ZSTD_decompressStream(context_.get(), &out, &input);
      in->remove_prefix(input.pos);
      *got = out.pos;
      if (ZSTD_isError(left) != 0) return Status::kCorrupt;
      whole_ = left == 0;
      if (in->empty() && out.pos < out.size) break;
    }
    return out.pos < out.size || (in->empty() && whole_) ? Status::kMore : Status::kFull;
  }
  bool whole() const override { return whole_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  const std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool whole_ = false;
};

class Unbrotli final : public ContentDecoder {
 public:
  Unbrotli() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}

  Status Decode(std::string_view* in, char* room, size_t room_size, size_t* got) override {
    *got = 0;
    if (whole_) return in->empty() ? Status::kMore : Status::kCorrupt;
    if (!state_) return Status::kCorrupt;
    size_t in_size = in->size(), left = room_size;
    const auto* next_in = reinterpret_cast<const uint8_t*>(in->data());
    auto* next_out = reinterpret_cast<uint8_t*>(room);
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state_.get(), &in_size, &next_in, &left, &next_out, nullptr);
    in->remove_prefix(in->size() - in_size);
    *got = room_size - left;
    whole_ = result == BROTLI_DECODER_RESULT_SUCCESS;
    if (result == BROTLI_DECODER_RESULT_ERROR || (whole_ && !in->empty())) return Status::kCorrupt;
    return result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ? Status::kFull : Status::kMore;
  }
  bool whole() const override { return whole_; }

 private:
  struct Free {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  const std::unique_ptr<BrotliDecoderState, Free> state_;
  bool whole_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> MakeContentDecoder(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kGzip:
      return std::make_unique<Inflater>(Inflater::Format::kGzip);
    case ContentCoding::kDeflate:
      return std::make_unique<Inflater>(Inflater::Format::kDeflate);
    case ContentCoding::kBrotli:
      return std::make_unique<Unbrotli>();
    case ContentCoding::kZstd:
      return std::make_unique<Unzstd>();
    case ContentCoding::kIdentity:
    case ContentCoding::kOther:
      break;
  }
  return nullptr;
}

}  // namespace banto::http
