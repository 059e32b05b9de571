// Which block an event belongs to, and when.
#include "proxy/api/anthropic/message_stream.h"

#include <algorithm>
#include <utility>

#include "proxy/api/anthropic/message_request.h"

namespace banto::api::anthropic {

void MessageStream::On(const AnswerEvent& event) {
  using Said = AnswerEvent::Kind;
  if (event.kind == Said::kUsage) return Update(event.usage, &usage_);
  if (event.choice != 0) return;  // the API has but one
  switch (event.kind) {
    case Said::kRefusal:
      held_.refusal = held_.refusal || !event.text.empty();
      return OnText(BlockKind::kText, event.text);
    case Said::kText:
      return OnText(BlockKind::kText, event.text);
    case Said::kReasoning:
      return OnText(BlockKind::kThinking, event.text);
    case Said::kSignature:
      return OnSignature(event.text);
    case Said::kSealedReasoning:
      return OnSealed(event.text);
    case Said::kToolCall:
      return OnCall(event);
    case Said::kArguments:
      return OnArguments(event.call, event.text);
    case Said::kFinish:
      reason_ = event.reason;
      stop_sequence_ = event.text;
      return CloseAll();
    case Said::kUsage:
    case Said::kEmbedding:
      return;
  }
}

void MessageStream::OnText(BlockKind kind, JsonText text) {
  if (text.empty()) return;
  if (frames_.Continues(kind) && waiting_.empty()) return frames_.Text(text);
  if (MayLeave()) {
    if (!frames_.Continues(kind)) frames_.Open(Block(kind));
    return frames_.Text(text);
  }
  Block* last = waiting_.empty() ? nullptr : &waiting_.back();
  if (last == nullptr || last->kind != kind || !last->signature.empty())
    last = &waiting_.emplace_back(kind);
  last->text.append(text);
}

void MessageStream::OnSignature(JsonText text) {
  if (text.empty()) return;
  if (MayLeave()) {
    if (!frames_.Continues(BlockKind::kThinking)) frames_.Open(Block(BlockKind::kThinking));
    return frames_.Signature(text);
  }
  if (waiting_.empty() || waiting_.back().kind != BlockKind::kThinking)
    waiting_.emplace_back(BlockKind::kThinking);
  waiting_.back().signature = text;
}

void MessageStream::OnSealed(JsonText text) {
  Block block(BlockKind::kSealed);
  block.text = text;
  if (MayLeave()) return frames_.Open(std::move(block));
  waiting_.push_back(std::move(block));
}

void MessageStream::OnCall(const AnswerEvent& event) {
  held_.call = true;
  Block block(BlockKind::kCall);
  block.call = event.call;
  block.id = event.id;
  block.name = event.name;
  if (MayLeave()) return frames_.Open(std::move(block));
  waiting_.push_back(std::move(block));
}

// Pieces of a call whose object was whole before are the white space that may follow it.
void MessageStream::OnArguments(int call, JsonText text) {
  if (text.empty()) return;
  if (frames_.open().kind == BlockKind::kCall && frames_.open().call == call) {
    frames_.Arguments(text);
    if (!waiting_.empty() && text.back() == '}') OpenWaiting();
    return;
  }
  const auto block = std::find_if(waiting_.begin(), waiting_.end(), [call](const Block& its) {
    return its.kind == BlockKind::kCall && its.call == call;
  });
  if (block != waiting_.end()) block->text.append(text);
}

bool MessageStream::OpenIsDone() const {
  return frames_.open().kind != BlockKind::kCall || IsObject(frames_.open().text);
}

void MessageStream::OpenWaiting() {
  while (!waiting_.empty() && OpenIsDone()) {
    Block next = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    frames_.Open(std::move(next));
  }
}

bool MessageStream::MayLeave() {
  OpenWaiting();
  return waiting_.empty() && OpenIsDone();
}

void MessageStream::CloseAll() {
  for (Block& block : std::exchange(waiting_, {})) frames_.Open(std::move(block));
  frames_.Close();
}

void MessageStream::End() {
  CloseAll();
  const JsonText stop = stop_sequence_;
  const bool by_sequence = reason_ == FinishReason::kStopSequence && !stop.empty();
  frames_.End(StopReasonOf(reason_, held_), by_sequence ? &stop : nullptr);
}

std::unique_ptr<AnswerWriter> WriteStream(const AnswerContext& context, FrameOutput* out) {
  return std::make_unique<MessageStream>(context, out);
}

}  // namespace banto::api::anthropic
