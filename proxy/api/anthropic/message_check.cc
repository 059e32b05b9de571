#include "proxy/api/anthropic/message_check.h"

#include <algorithm>

#include "proxy/api/json_each.h"
#include "proxy/api/passed_answer.h"
#include "proxy/api/usage_reader.h"

namespace banto::api::anthropic {
namespace {

// Whatever else there is was found or run by the server: a search, a program, an MCP tool.
bool IsModels(std::string_view type) {
  return type == R"("text")" || type == R"("thinking")" || type == R"("redacted_thinking")" ||
         type == R"("tool_use")";
}

Completeness CheckCount(std::string_view body) {
  int64_t count = -1;
  const bool whole = EachMember(body, [&](std::string_view key, RawJson value) {
    if (key == "input_tokens") count = json::IntegerOr(value, -1);
  });
  return whole && count >= 0 ? Completeness::kComplete : Completeness::kMalformed;
}

}  // namespace

void MessageCheck::OnBlock(int64_t index, RawJson block) {
  malformed_ = malformed_ || index != blocks_ || open_ != kNoBlock;
  ++blocks_;
  open_ = index;
  RawJson type;
  bool said = false, named = false, has_input = false;
  const bool whole = EachMember(block, [&](std::string_view key, RawJson value) {
    if (key == "type") type = value;
    if (key == "text" || key == "thinking" || key == "data") said = json::HasSubstance(value);
    if (key == "name") named = json::HasSubstance(value);
    if (key == "input") has_input = value.front() == '{';
  });
  const bool is_tool = type == R"("tool_use")";
  malformed_ = malformed_ || !whole || type.empty() || (is_tool && !named);
  lacks_input_ = is_tool && !has_input;
  by_server_ = by_server_ || !IsModels(type);
  generated_ = generated_ || said || is_tool;
}

void MessageCheck::OnPiece(int64_t index, RawJson piece) {
  malformed_ = malformed_ || index != open_ || index < 0 || !piece.starts_with('"');
  generated_ = generated_ || json::HasSubstance(piece);
}

void MessageCheck::OnInputPiece(int64_t index, RawJson piece) {
  OnPiece(index, piece);
  // Some begin with an empty piece; a tool without arguments may get no other.
  if (malformed_ || !json::HasSubstance(piece)) return;
  lacks_input_ = false;
  inputs_.Add(0, index, piece);
}

void MessageCheck::OnBlockEnd(int64_t index) {
  malformed_ = malformed_ || index != open_ || index < 0 || lacks_input_;
  open_ = kNoBlock;
}

void MessageCheck::OnStopReason(RawJson reason) {
  const std::string_view word = json::Unquoted(reason);
  if (reason.empty() || reason == "null") return;
  if (word == "end_turn" || word == "stop_sequence" || word == "tool_use") {
    stop_ = Stop::kGood;
  } else {
    stop_ = word == "max_tokens" ? Stop::kLength : Stop::kOther;
  }
}

Completeness MessageCheck::Judge(bool limit_set) const {
  if (stop_ == Stop::kNone) return Completeness::kIncompleteStream;
  if (stop_ == Stop::kOther) return Completeness::kFinishReasonError;
  if (malformed_ || open_ != kNoBlock) return Completeness::kMalformed;
  if (by_server_) return Completeness::kNotCacheable;
  if (stop_ == Stop::kLength && !limit_set) return Completeness::kLengthLimit;
  if (!generated_) return Completeness::kEmptyAnswer;
  return inputs_.AllParse() ? Completeness::kComplete : Completeness::kMalformed;
}

Completeness CheckMessage(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage) {
  const Completeness passed = CheckPassed(expectations, body, spans, usage);
  if (passed == Completeness::kUpstreamError) return passed;
  if (expectations.operation->operation == Operation::kCountTokens) return CheckCount(body);
  MessageCheck check;
  RawJson type, id, content;
  json::JsonCursor json(body);
  std::string_view key;
  for (bool entered = json.EnterObject(); entered && json.NextMember(&key);) {
    const RawJson value = json.Skip();
    if (key == "type") type = value;
    if (key == "id") id = json::Unquoted(value);
    if (key == "content") content = value;
    if (key == "stop_reason") check.OnStopReason(value);
  }
  int64_t index = 0;
  const bool listed = EachElement(content, [&](RawJson block) {
    check.OnBlock(index, block);
    check.OnBlockEnd(index++);
  });
  if (!json.Finish() || !json.utf8_ok() || !listed || type != R"("message")")
    return Completeness::kMalformed;
  if (spans != nullptr) Locate(id, body, &spans->id_at, &spans->id_size);
  const Completeness verdict = check.Judge(expectations.limit_set);
  // A whole answer without a reason.
  return verdict == Completeness::kIncompleteStream ? Completeness::kFinishReasonError : verdict;
}

}  // namespace banto::api::anthropic
