#include "proxy/fetch/coded_answer.h"

#include <algorithm>
#include <utility>

namespace banto {

using Status = http::ContentDecoder::Status;

CodedAnswer::CodedAnswer(const RelayParts& parts, http::ContentCoding coding, Give give)
    : parts_(parts),
      give_(std::move(give)),
      decoder_(http::MakeContentDecoder(coding)),
      next_turn_(parts.context->loop, [this] {
        bytes_left_ = kBytesPerTurn;
        if (waits_ && !reader_full_) Decode();
      }) {}

void CodedAnswer::Take(std::span<const std::string_view> pieces, bool end) {
  ended_ = ended_ || end;
  for (std::string_view piece : pieces) {
    if (!padded_) rest_.append(piece);
  }
  if (!waits_) Decode();
}

void CodedAnswer::OnReaderTakes() {
  reader_full_ = false;
  if (waits_) next_turn_.Set(0);
}

void CodedAnswer::Decode() {
  const Give give = give_;  // it may end this object
  const Decoded decoded = DecodeTurn(give);
  if (decoded == Decoded::kOver) return;
  if (padded_ && parts_.keeper != nullptr) parts_.keeper->GiveUp(cache::SkipReason::kMalformed);
  switch (decoded) {
    case Decoded::kOver:
      return;
    case Decoded::kReadOn:
      if (!reader_full_) parts_.sink->SetWorkerReading(true);
      return;
    case Decoded::kWaits:
      return parts_.sink->SetWorkerReading(false);
    case Decoded::kCorrupt:
      return Break(FailureKind::kProtocol, "its Content-Encoding is not what it says");
    case Decoded::kNoRoom:
      return Break(FailureKind::kBuffersFull,
                   "its coded answer waits and limits.buffered_bytes_max is reached");
    case Decoded::kCut:
      // Native streams have no terminal of their own. Of an error, whatever arrived is worth
      // having.
      if (as != ReadAs::kError) return Break(FailureKind::kReset, "its coded answer was cut short");
      break;
    case Decoded::kWhole:
      break;
  }
  give({}, true);
}

CodedAnswer::Decoded CodedAnswer::DecodeTurn(const Give& give) {
  parts_.context->decoded.resize(kRoomBytes);
  std::string_view left = rest_;
  if (!DecodeSlice(&left, give)) return Decoded::kOver;
  if (status_ == Status::kCorrupt && !padded_) return Decoded::kCorrupt;
  waits_ = status_ == Status::kFull;
  rest_.erase(0, rest_.size() - left.size());
  if (bytes_left_ < kBytesPerTurn && !next_turn_.armed()) next_turn_.Set(0);
  if (!counted_.Resize(parts_.context->buffered, rest_.size())) return Decoded::kNoRoom;
  if (waits_) return Decoded::kWaits;
  if (!ended_) return Decoded::kReadOn;
  return decoder_->whole() ? Decoded::kWhole : Decoded::kCut;
}

// False: `give` wants no more.
bool CodedAnswer::DecodeSlice(std::string_view* left, const Give& give) {
  std::string& room = parts_.context->decoded;
  status_ = Status::kFull;
  while (status_ == Status::kFull && bytes_left_ > 0 && !reader_full_) {
    size_t got = 0;
    status_ = decoder_->Decode(left, room.data(), room.size(), &got);
    // Padding after a complete answer carries nothing, and is no reason to lose what precedes it.
    if (status_ == Status::kCorrupt && decoder_->whole()) {
      padded_ = true;
      *left = {};
    }
    bytes_left_ -= std::min(got, bytes_left_);
    if (status_ == Status::kCorrupt && !padded_) return true;
    const std::string_view decoded(room.data(), got);
    if (got > 0 && !give({&decoded, 1}, false)) return false;
  }
  return true;
}

}  // namespace banto
