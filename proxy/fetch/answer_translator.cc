#include "proxy/fetch/answer_translator.h"

#include <algorithm>

namespace banto {

AnswerTranslator::AnswerTranslator(const api::Codec& workers, const api::Codec& clients,
                                   const api::AnswerContext& context)
    : workers_(workers), clients_(clients), context_(context) {
  if (context.request->stream && clients.write_stream != nullptr)
    writer_ = clients.write_stream(context, &output_);
}

void AnswerTranslator::On(const api::AnswerEvent& event) {
  if (event.kind == api::AnswerEvent::Kind::kToolCall && ++calls_ > kCallsMax) return;
  if (writer_) return writer_->On(event);
  builder_.On(event);
}

void AnswerTranslator::OnFrame(const http::Frame& frame) {
  if (!reader_) reader_ = workers_.read_stream();
  reader_->OnFrame(frame, this);
}

void AnswerTranslator::End() {
  if (writer_) return writer_->End();
  builder_.Finish();
  output_.text()->append(clients_.write_whole(context_, whole_));
  output_.End(api::FrameKind::kFinish);
}

bool AnswerTranslator::OnWhole(std::string_view body) {
  if (!workers_.read_whole(body, &builder_)) return false;
  builder_.Finish();
  const auto& choices = whole_.choices;
  const bool unfinished = std::any_of(choices.begin(), choices.end(), [](const auto& choice) {
    return choice.reason == api::FinishReason::kNone || choice.parts.size() > size_t{kCallsMax};
  });
  const bool says_nothing = choices.empty() && whole_.embeddings.empty() && whole_.usage.input < 0;
  if (unfinished || says_nothing) return false;
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
