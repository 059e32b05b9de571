#include "proxy/api/anthropic/message_frames.h"

#include <string>
#include <utility>

#include "proxy/api/anthropic/message_request.h"

namespace banto::api::anthropic {
namespace {

std::string DeltaPrefix(int index, std::string_view type, std::string_view member) {
  std::string prefix = "event: content_block_delta\ndata: ";
  prefix.append(R"({"type":"content_block_delta","index":)").append(std::to_string(index));
  prefix.append(R"(,"delta":{"type":")").append(type).append("\",\"").append(member);
  return prefix.append("\":\"");
}

// Whether arguments begin as an object does; kNotYet: there is nothing but white space.
enum class Begins : uint8_t { kNotYet, kObject, kOther };
Begins BeginningOf(JsonText text) {
  for (;;) {
    const size_t at = text.find_first_not_of(' ');
    if (at == text.npos) return Begins::kNotYet;
    text.remove_prefix(at);
    if (text.front() == '{') return Begins::kObject;
    const bool is_space =
        text.starts_with("\\n") || text.starts_with("\\t") || text.starts_with("\\r");
    if (!is_space) return text == "\\" ? Begins::kNotYet : Begins::kOther;
    text.remove_prefix(2);
  }
}

}  // namespace

std::string* MessageFrames::Begin(std::string_view event) {
  std::string* const text = out_->text();
  text->append("event: ").append(event).append("\ndata: {\"type\":\"").append(event);
  text->push_back('"');
  return text;
}

void MessageFrames::Finish(FrameKind kind) {
  out_->text()->append("}\n\n");
  out_->End(kind);
}

void MessageFrames::Start() {
  if (std::exchange(started_, true)) return;
  std::string* const text = Begin("message_start");
  text->append(R"(,"message":{"id":")");
  FrameVerdict verdict;
  verdict.kind = FrameKind::kAdmission;
  verdict.id_at = static_cast<uint32_t>(text->size() - out_->begin());
  AppendId("msg_", context_.id, text);
  verdict.id_size = static_cast<uint32_t>(text->size() - out_->begin() - verdict.id_at);
  text->append(R"(","type":"message","role":"assistant","model":")");
  AppendEscaped(context_.model, text);
  text->append(R"(","content":[],"stop_reason":null,"stop_sequence":null,"usage":)");
  AppendUsage(*usage_, Input::kAlways, text);
  text->append("}}\n\n");
  out_->End(verdict);
}

// What a block begins with, and what its deltas begin with.
void MessageFrames::Name(const Block& block, std::string* text) {
  switch (block.kind) {
    case BlockKind::kThinking:
      text->append(R"({"type":"thinking","thinking":"","signature":""})");
      piece_prefix_ = DeltaPrefix(index_, "thinking_delta", "thinking");
      return;
    case BlockKind::kSealed:
      text->append(R"({"type":"redacted_thinking","data":")").append(block.text).append("\"}");
      return;
    case BlockKind::kCall:
      text->append(R"({"type":"tool_use","id":")").append(block.id);
      if (block.id.empty()) {
        AppendId("toolu_", context_.id, text);
        text->append(std::to_string(block.call));
      }
      text->append(R"(","name":")").append(block.name).append(R"(","input":{}})");
      piece_prefix_ = DeltaPrefix(index_, "input_json_delta", "partial_json");
      return;
    case BlockKind::kText:
    case BlockKind::kNone:
      text->append(R"({"type":"text","text":""})");
      piece_prefix_ = DeltaPrefix(index_, "text_delta", "text");
  }
}

void MessageFrames::Open(Block block) {
  Start();
  Close();
  ++index_;
  std::string* const text = Begin("content_block_start");
  text->append(",\"index\":").append(std::to_string(index_)).append(",\"content_block\":");
  Name(block, text);
  Finish(FrameKind::kAdmission);
  const std::string said = std::exchange(block.text, {});
  const std::string signature = std::exchange(block.signature, {});
  open_ = std::move(block);
  if (open_.kind == BlockKind::kCall) {
    Arguments(said);
  } else if (open_.kind != BlockKind::kSealed && !said.empty()) {
    Text(said);
  }
  if (!signature.empty()) Signature(signature);
}

void MessageFrames::Signature(JsonText text) {
  out_->text()->append(DeltaPrefix(index_, "signature_delta", "signature"));
  out_->text()->append(text).append("\"}}\n\n");
  out_->End(FrameKind::kToken);
  signed_ = true;
}

// SDKs parse what has come of them after every piece and fail where that is not the beginning of
// JSON.
void MessageFrames::Arguments(JsonText text) {
  open_.text.append(text);
  if (BeginningOf(open_.text) != Begins::kObject) return;
  Text(std::string_view(open_.text).substr(written_));
  written_ = open_.text.size();
}

void MessageFrames::Close() {
  if (open_.kind == BlockKind::kNone) return;
  if (open_.kind == BlockKind::kCall && written_ == 0 && !open_.text.empty()) {
    std::string input, escaped;
    AppendInput(open_.text, &input);
    AppendEscaped(input, &escaped);
    Text(escaped);
  }
  Begin("content_block_stop")->append(",\"index\":").append(std::to_string(index_));
  Finish(FrameKind::kFinish);
  open_ = Block();
  written_ = 0;
  signed_ = false;
}

void MessageFrames::End(std::string_view stop_reason, const JsonText* stop_sequence) {
  Start();
  std::string* const text = Begin("message_delta");
  text->append(R"(,"delta":{"stop_reason":")").append(stop_reason);
  text->append(R"(","stop_sequence":)");
  if (stop_sequence != nullptr) {
    AppendQuoted(*stop_sequence, text);
  } else {
    text->append("null");
  }
  text->append(R"(},"usage":)");
  AppendUsage(*usage_, Input::kIfKnown, text);
  Finish(FrameKind::kFinish);
  Begin("message_stop");
  Finish(FrameKind::kTerminal);
}

}  // namespace banto::api::anthropic
