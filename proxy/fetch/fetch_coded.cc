// How a Fetch takes a content coding off an answer: slice by slice (coded_answer.h).
#include <algorithm>

#include "proxy/fetch/fetch.h"

namespace banto {

void Fetch::RelayCoded(std::span<const std::string_view> pieces, bool end) {
  coded_->ended = coded_->ended || end;
  if (!coded_->padded) {
    for (std::string_view piece : pieces) coded_->rest.append(piece);
  }
  if (!coded_->waits) Decode();
}

// Goes on where it stopped, as far as this turn and the reader let it.
void Fetch::Decode() {
  if (step_ != Step::kAwait && step_ != Step::kReceive) return;
  const int attempt = attempts_;
  std::string& room = context_->decoded;
  room.resize(CodedAnswer::kRoomBytes);
  std::string_view left = coded_->rest;
  auto status = http::ContentDecoder::Status::kFull;
  while (status == http::ContentDecoder::Status::kFull && coded_->may_go_on()) {
    size_t got = 0;
    status = coded_->decoder->Decode(&left, room.data(), room.size(), &got);
    const bool corrupt = status == http::ContentDecoder::Status::kCorrupt;
    if (corrupt && !coded_->decoder->whole())
      return FailHere(FailureKind::kProtocol, "its Content-Encoding is not what it says");
    if (corrupt) {
      // Padding behind a whole answer: nobody's words, and no reason to lose those before it.
      coded_->padded = true;
      left = {};
      if (keeper_) keeper_->GiveUp(cache::SkipReason::kMalformed);
    }
    coded_->bytes_left -= std::min(got, coded_->bytes_left);
    const std::string_view decoded(room.data(), got);
    if (got > 0) RelayAs(coded_->as, {&decoded, 1}, false);
    if (attempts_ != attempt || (step_ != Step::kAwait && step_ != Step::kReceive)) return;
  }
  coded_->waits = status == http::ContentDecoder::Status::kFull;
  coded_->rest.erase(0, coded_->rest.size() - left.size());
  if (coded_->bytes_left < CodedAnswer::kBytesPerTurn && !coded_->next_turn.armed())
    coded_->next_turn.Set(0);
  if (!coded_->counted.Resize(context_->buffered, coded_->rest.size())) {
    return FailHere(FailureKind::kBuffersFull,
                    "its coded answer waits and limits.buffered_bytes_max is reached");
  }
  if (coded_->waits) return attempt_->Pause();
  if (!coded_->ended) return coded_->reader_full ? void() : attempt_->Resume();
  // Native streams name no end of their own. Of an error, each word is worth having.
  if (!coded_->decoder->whole() && coded_->as != ReadAs::kError)
    return FailHere(FailureKind::kReset, "its coded answer was cut short");
  RelayAs(coded_->as, {}, true);
}

}  // namespace banto
