#include "proxy/http/content_coding.h"

#include <algorithm>
#include <memory>

namespace banto::http {
namespace {

// Buffer for decoded bytes: grows by doubling, up to one byte more than allowed (that byte proves
// that the body is too large).
class BoundedOutput {
 public:
  BoundedOutput(size_t bytes_max, size_t first, std::string* out)
      : room_max_(bytes_max < SIZE_MAX ? bytes_max + 1 : bytes_max), out_(out) {
    Grow(std::min(std::max(first, kFirstMin), room_max_));
  }
  char* room() { return out_->data() + used_; }
  size_t room_size() const { return out_->size() - used_; }
  // Adds `size` bytes that were written to room(). False: more than allowed.
  bool Took(size_t size) {
    used_ += size;
    if (used_ == room_max_) return false;
    if (used_ == out_->size()) Grow(std::min(out_->size() * 2, room_max_));
    return true;
  }
  void Finish() {
    const bool mostly_empty = used_ < out_->size() / 2;
    out_->resize(used_);
    if (mostly_empty) out_->shrink_to_fit();
  }

 private:
  // Into a new string: one that grows in place may take up to twice what was requested.
  void Grow(size_t size) {
    std::string grown;
    grown.reserve(size);
    grown.assign(*out_, 0, used_);
    grown.resize(size);
    out_->swap(grown);
  }

  static constexpr size_t kFirstMin = 4096;
  const size_t room_max_;
  size_t used_ = 0;
  std::string* out_;
};

DecodeStatus Decode(ContentDecoder* decoder, std::string_view body, size_t bytes_max,
                    std::string* out) {
  BoundedOutput output(bytes_max, body.size() * 4, out);
  ContentDecoder::Status status = ContentDecoder::Status::kFull;
  while (status == ContentDecoder::Status::kFull) {
    size_t got = 0;
    status = decoder->Decode(&body, output.room(), output.room_size(), &got);
    if (!output.Took(got)) return DecodeStatus::kTooLarge;
  }
  if (status == ContentDecoder::Status::kCorrupt || !decoder->whole())
    return DecodeStatus::kCorrupt;
  output.Finish();
  return DecodeStatus::kOk;
}

}  // namespace

DecodeStatus DecodeBody(ContentCoding coding, std::string_view body, size_t bytes_max,
                        std::string* out) {
  out->clear();
  if (coding == ContentCoding::kIdentity) {
    if (body.size() > bytes_max) return DecodeStatus::kTooLarge;
    out->assign(body);
    return DecodeStatus::kOk;
  }
  const std::unique_ptr<ContentDecoder> decoder = MakeContentDecoder(coding);
  if (!decoder) return DecodeStatus::kUnsupported;
  const DecodeStatus status = Decode(decoder.get(), body, bytes_max, out);
  if (status != DecodeStatus::kOk) std::string().swap(*out);
  return status;
}

}  // namespace banto::http
