#include "proxy/fetch/coded_answer.h"

#include <algorithm>
#include <utility>

namespace banto {

using Status = http::ContentDecoder::Status;

CodedAnswer::CodedAnswer(net::EventLoop* loop, http::ContentCoding coding,
                         std::function<void()> go_on)
    : decoder_(http::MakeContentDecoder(coding)),
      next_turn_(loop, [this, go_on = std::move(go_on)] {
        bytes_left_ = kBytesPerTurn;
        if (waits_ && !reader_full_) go_on();
      }) {}

void CodedAnswer::Add(std::span<const std::string_view> pieces, bool end) {
  ended_ = ended_ || end;
  if (padded_) return;
  for (std::string_view piece : pieces) rest_.append(piece);
}

void CodedAnswer::OnReaderTakes() {
  reader_full_ = false;
  if (waits_) next_turn_.Set(0);
}

// False: `give` wants no more.
bool CodedAnswer::DecodeSlice(std::string_view* left, std::string* room,
                              const std::function<bool(std::string_view)>& give) {
  status_ = Status::kFull;
  while (status_ == Status::kFull && bytes_left_ > 0 && !reader_full_) {
    size_t got = 0;
    status_ = decoder_->Decode(left, room->data(), room->size(), &got);
    // Padding after a complete answer carries nothing, and is no reason to lose what precedes it.
    if (status_ == Status::kCorrupt && decoder_->whole()) {
      padded_ = true;
      *left = {};
    }
    bytes_left_ -= std::min(got, bytes_left_);
    if (status_ == Status::kCorrupt && !padded_) return true;
    if (got > 0 && !give({room->data(), got})) return false;
  }
  return true;
}

CodedAnswer::Decoded CodedAnswer::Decode(std::string* room, BufferedBytes::Budget* budget,
                                         const std::function<bool(std::string_view)>& give) {
  room->resize(kRoomBytes);
  std::string_view left = rest_;
  if (!DecodeSlice(&left, room, give)) return Decoded::kOver;
  if (status_ == Status::kCorrupt && !padded_) return Decoded::kCorrupt;
  waits_ = status_ == Status::kFull;
  rest_.erase(0, rest_.size() - left.size());
  if (bytes_left_ < kBytesPerTurn && !next_turn_.armed()) next_turn_.Set(0);
  if (!counted_.Resize(budget, rest_.size())) return Decoded::kNoRoom;
  if (waits_) return Decoded::kWaits;
  if (!ended_) return Decoded::kReadOn;
  return decoder_->whole() ? Decoded::kWhole : Decoded::kCut;
}

}  // namespace banto
