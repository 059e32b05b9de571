// Turns one worker's answer into the API and packaging of the client: reads it with the worker's
// codec, writes it with the client's. A stream becomes a stream as it comes; where only one side
// streams, the whole is made of events or events of the whole. Owned by a Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_CODEC_TRANSLATOR_H_
#define BANTO_PROXY_FETCH_CODEC_TRANSLATOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/fetch/answer_translator.h"
#include "proxy/http/event_stream.h"

namespace banto {

class CodecTranslator final : public AnswerTranslator, private api::AnswerSink {
 public:
  // `context` must outlive it.
  CodecTranslator(const api::Codec& workers, const api::Codec& clients,
                  const api::AnswerContext& context);
  bool reads_streams() const override { return workers_.read_stream != nullptr; }
  bool streams() const override { return writer_ != nullptr; }
  int64_t next_sequence() const override { return writer_ ? writer_->next_sequence() : 0; }
  // Calls more tools than any model does.
  bool overdone() const override { return calls_ > kCallsMax; }
  void OnFrame(const http::Frame& frame) override;
  bool End(bool complete) override;
  bool OnWhole(std::string_view body) override;

 private:
  static constexpr int kCallsMax = 4096;  // some are searched among all

  void On(const api::AnswerEvent& event) override;
  bool IsOver(const api::AnswerEvent& event);

  const api::Codec& workers_;
  const api::Codec& clients_;
  const api::AnswerContext& context_;
  std::unique_ptr<api::EventReader> reader_;   // made by the first frame
  std::unique_ptr<api::AnswerWriter> writer_;  // nullptr: the client wants a whole
  std::vector<bool> finished_;                 // by choice
  int calls_ = 0;
  api::NeutralAnswer whole_;
  api::AnswerBuilder builder_{&whole_};
  api::AnswerSink* taker_ = &builder_;  // of what was read: that, or the writer
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_CODEC_TRANSLATOR_H_
