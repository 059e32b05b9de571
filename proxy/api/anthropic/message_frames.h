// The frames of a streamed message: one block is open at a time. Pure.
#ifndef BANTO_PROXY_API_ANTHROPIC_MESSAGE_FRAMES_H_
#define BANTO_PROXY_API_ANTHROPIC_MESSAGE_FRAMES_H_

#include <string>

#include "proxy/api/anthropic/message_answer.h"

namespace banto::api::anthropic {

enum class BlockKind : uint8_t { kNone, kText, kThinking, kSealed, kCall };

struct Block {
  explicit Block(BlockKind its = BlockKind::kNone) : kind(its) {}

  BlockKind kind;
  int call = 0;
  std::string id, name;
  std::string text;  // or a call's arguments, or what is sealed
  std::string signature;
};

class MessageFrames {
 public:
  // `usage`: as far as it is known.
  MessageFrames(const AnswerContext& context, const TokenCounts* usage, FrameOutput* out)
      : context_(context), usage_(usage), out_(out) {}

  // Closes the one that is open.
  void Open(Block block);
  // Of a call's text: what has come of its arguments.
  const Block& open() const { return open_; }
  // Whether the open one can go on with more of the same.
  bool Continues(BlockKind kind) const { return open_.kind == kind && !signed_; }
  void Close();

  // Pieces of the open block.
  void Text(JsonText text) {
    out_->text()->append(piece_prefix_).append(text).append("\"}}\n\n");
    out_->End(FrameKind::kToken);
  }
  void Signature(JsonText text);
  void Arguments(JsonText text);

  // The end of the message.
  void End(std::string_view stop_reason, const JsonText* stop_sequence);

 private:
  void Start();
  void Name(const Block& block, std::string* text);
  std::string* Begin(std::string_view event);
  void Finish(FrameKind kind);

  AnswerContext context_;
  const TokenCounts* usage_;
  FrameOutput* out_;
  bool started_ = false;
  int index_ = -1;  // of the open block
  Block open_;
  size_t written_ = 0;        // of a call's arguments
  bool signed_ = false;       // the open thinking has ended with its signature
  std::string piece_prefix_;  // what precedes the text in a delta of the open block
};

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_MESSAGE_FRAMES_H_
