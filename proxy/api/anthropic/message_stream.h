// Writes the events of one message. Its blocks follow each other: one is open at a time, and what
// belongs to another waits. A call's block is done when its arguments are one object; text and
// thinking when something else comes.
#ifndef BANTO_PROXY_API_ANTHROPIC_MESSAGE_STREAM_H_
#define BANTO_PROXY_API_ANTHROPIC_MESSAGE_STREAM_H_

#include <string>
#include <vector>

#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/anthropic/message_frames.h"

namespace banto::api::anthropic {

class MessageStream final : public AnswerWriter {
 public:
  MessageStream(const AnswerContext& context, FrameOutput* out) : frames_(context, &usage_, out) {}

  void On(const AnswerEvent& event) override;
  void End() override;

 private:
  void OnText(BlockKind kind, JsonText text);
  void OnSignature(JsonText text);
  void OnSealed(JsonText text);
  void OnCall(const AnswerEvent& event);
  void OnArguments(int call, JsonText text);

  // Whether nothing waits, so that the block that is open may be left.
  bool MayLeave();
  bool OpenIsDone() const;
  void OpenWaiting();

  void CloseAll();

  TokenCounts usage_;
  MessageFrames frames_;
  std::vector<Block> waiting_;
  Held held_;
  FinishReason reason_ = FinishReason::kNone;
  std::string stop_sequence_;
};

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_MESSAGE_STREAM_H_
