#include "proxy/fetch/answer_translator.h"

namespace banto {

AnswerTranslator::AnswerTranslator(const api::Codec& workers, const api::Codec& clients,
                                   const api::AnswerContext& context)
    : workers_(workers), clients_(clients), context_(context) {
  if (context.request->stream && clients.write_stream != nullptr)
    writer_ = clients.write_stream(context, &output_);
}

void AnswerTranslator::OnFrame(const http::Frame& frame) {
  if (!reader_) reader_ = workers_.read_stream();
  reader_->OnFrame(frame, sink());
}

void AnswerTranslator::End() {
  if (writer_) return writer_->End();
  builder_.Finish();
  output_.text()->append(clients_.write_whole(context_, whole_));
  output_.End(api::FrameKind::kFinish);
}

bool AnswerTranslator::OnWhole(std::string_view body) {
  if (!workers_.read_whole(body, sink())) return false;
  End();
  return true;
}

}  // namespace banto
