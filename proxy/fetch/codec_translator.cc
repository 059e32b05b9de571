#include "proxy/fetch/codec_translator.h"

#include <algorithm>

#include "proxy/api/embedding_numbers.h"
#include "proxy/json/utf8.h"

namespace banto {

CodecTranslator::CodecTranslator(const api::Codec& workers, const api::Codec& clients,
                                 const api::AnswerContext& context)
    : workers_(workers), clients_(clients), context_(context) {
  if (!context.request->stream || clients.write_stream == nullptr) return;
  writer_ = clients.write_stream(context, &output_);
  taker_ = writer_.get();
}

void CodecTranslator::On(const api::AnswerEvent& event) {
  if (IsOver(event)) return;
  if (event.kind == api::AnswerEvent::Kind::kToolCall && ++calls_ > kCallsMax) return;
  taker_->On(event);
}

// Whether it would follow the end of its choice.
bool CodecTranslator::IsOver(const api::AnswerEvent& event) {
  using Kind = api::AnswerEvent::Kind;
  const auto choice = static_cast<size_t>(event.choice);
  const bool over = choice < finished_.size() && finished_[choice];
  if (over || event.kind != Kind::kFinish) return over && event.kind != Kind::kUsage;
  if (finished_.size() <= choice) finished_.resize(choice + 1);
  finished_[choice] = true;
  return false;
}

void CodecTranslator::OnFrame(const http::Frame& frame) {
  if (!reader_) reader_ = workers_.read_stream();
  if (json::IsAscii(frame.data) || json::IsUtf8(frame.data)) return reader_->OnFrame(frame, this);
  const std::string mended = json::MendedUtf8(frame.data);
  reader_->OnFrame({mended, mended, frame.event}, this);
}

bool CodecTranslator::End(bool /*complete*/) {
  if (writer_) {
    writer_->End();
    return true;
  }
  builder_.Finish();
  output_.text()->append(clients_.write_whole(context_, whole_));
  output_.End(api::FrameKind::kFinish);
  return true;
}

bool CodecTranslator::OnWhole(std::string_view body) {
  std::string mended;
  if (!json::IsUtf8(body)) body = mended = json::MendedUtf8(body);
  taker_ = &builder_;
  if (!workers_.read_whole(body, this)) return false;
  builder_.Finish();
  const auto& choices = whole_.choices;
  const bool unfinished = std::any_of(choices.begin(), choices.end(), [](const auto& choice) {
    return choice.reason == api::FinishReason::kNone || choice.parts.size() > size_t{kCallsMax};
  });
  const bool says_nothing = choices.empty() && whole_.embeddings.empty() && whole_.usage.input < 0;
  const auto& rows = whole_.embeddings;
  const bool is_vague = !std::all_of(rows.begin(), rows.end(), api::AreNumbers);
  if (unfinished || says_nothing || is_vague) return false;
  if (!writer_) {
    output_.text()->append(clients_.write_whole(context_, whole_));
    output_.End(api::FrameKind::kFinish);
    return true;
  }
  api::Replay(whole_, writer_.get());
  writer_->End();
  return true;
}

}  // namespace banto
