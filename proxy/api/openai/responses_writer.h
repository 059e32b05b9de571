// Writes an answer as the Responses API's events, in the order in which OpenAI sends them.
// Reasoning is shown as such (reasoning_text), as engines do it, or as a summary to those who ask
// for one: Codex hands nothing but summaries back in its next request. One an answer; not
// thread-safe.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_WRITER_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_WRITER_H_

#include <string>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/api/openai/responses_frames.h"
#include "proxy/api/openai/responses_items.h"

namespace banto::api::openai {

class ResponsesWriter final : public AnswerWriter {
 public:
  ResponsesWriter(const AnswerContext& context, FrameOutput* out);

  void On(const AnswerEvent& event) override;
  void End() override;
  int64_t next_sequence() const override { return frames_.next_sequence(); }
  // The `response` object as it stands.
  void AppendObject(std::string* out) const;

 private:
  using ItemKind = OutputItem::Kind;
  static constexpr size_t kNone = static_cast<size_t>(-1);

  void Start();
  void Speak(const TextWords& words, ItemKind kind, const AnswerEvent& event);
  void Sign(const AnswerEvent& event);
  void Seal(const AnswerEvent& event);
  void BeginCall(const AnswerEvent& event);
  void Argue(const AnswerEvent& event);
  void Finish(FinishReason reason);
  OutputItem* NewItem(ItemKind kind, std::string_view prefix);
  void Close(OutputItem* item);
  void CloseBefore();
  std::string CallId(JsonText wanted) const;
  std::string Output() const;
  ResponseState State(std::string_view output) const;

  const AnswerContext context_;
  ResponseFrames frames_;
  const bool wants_summary_;
  bool started_ = false;
  std::vector<OutputItem> items_;
  size_t speaking_ = kNone;  // the item that a text would continue
  FinishReason reason_ = FinishReason::kNone;
  TokenCounts usage_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_WRITER_H_
