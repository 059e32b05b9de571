// A stream of chat.completion.chunk, as OpenAI writes it: the role first, then a delta an event,
// the finish with an empty delta, usage without choices, [DONE].
#include <algorithm>
#include <vector>

#include "proxy/api/openai/answer_head.h"
#include "proxy/api/openai/answer_words.h"
#include "proxy/api/openai/chat.h"

namespace banto::api::openai {
namespace {

using Kind = AnswerEvent::Kind;

class ChatStreamWriter final : public AnswerWriter {
 public:
  ChatStreamWriter(const AnswerContext& context, FrameOutput* out)
      : head_("chatcmpl-", "chat.completion.chunk", context),
        with_usage_(context.request->include_usage),
        id_(context.id),
        out_(out) {}

  void On(const AnswerEvent& event) override;
  void End() override;

 private:
  struct Choice {
    bool begun = false;
    // A call each: whether it has arguments yet.
    std::vector<bool> filled;
  };

  void Begin(int choice, std::string_view delta);
  void Close(std::string_view finish, FrameKind kind);
  void Open(const AnswerEvent& event);
  void WriteText(std::string_view member, const AnswerEvent& event);
  void WriteCall(const AnswerEvent& event);
  void WriteArguments(int choice, int call, JsonText text);
  void WriteFinish(const AnswerEvent& event);
  Choice& At(int choice);
  std::vector<bool>::reference FilledOf(int choice, int call);

  const AnswerHead head_;
  const bool with_usage_;
  const std::string id_;
  FrameOutput* const out_;
  std::vector<Choice> choices_;
  TokenCounts usage_;
};

ChatStreamWriter::Choice& ChatStreamWriter::At(int choice) {
  const auto at = static_cast<size_t>(choice);
  if (choices_.size() <= at) choices_.resize(at + 1);
  return choices_[at];
}

std::vector<bool>::reference ChatStreamWriter::FilledOf(int choice, int call) {
  std::vector<bool>& filled = At(choice).filled;
  const auto at = static_cast<size_t>(call);
  if (filled.size() <= at) filled.resize(at + 1, true);
  return filled[at];
}

void ChatStreamWriter::Begin(int choice, std::string_view delta) {
  std::string* const text = out_->text();
  text->append(head_.of_chunk()).append(R"({"index":)");
  if (choice == 0) {
    *text += '0';
  } else {
    text->append(std::to_string(choice));
  }
  text->append(R"(,"delta":{)").append(delta);
}

// `finish`: a raw value.
void ChatStreamWriter::Close(std::string_view finish, FrameKind kind) {
  std::string* const text = out_->text();
  text->append(R"(,"finish_reason":)").append(finish);
  // Where usage was asked for, each chunk has the member.
  text->append(with_usage_ ? "}],\"usage\":null}\n\n" : "}]}\n\n");
  out_->End(head_.VerdictOf(kind));
}

// Content is null where an answer has none.
void ChatStreamWriter::Open(const AnswerEvent& event) {
  Choice& choice = At(event.choice);
  if (choice.begun) return;
  choice.begun = true;
  const bool text = event.kind == Kind::kText || event.kind == Kind::kFinish;
  Begin(event.choice, text
                          ? R"("role":"assistant","content":"","refusal":null},"logprobs":null)"
                          : R"("role":"assistant","content":null,"refusal":null},"logprobs":null)");
  Close("null", FrameKind::kAdmission);
}

void ChatStreamWriter::WriteText(std::string_view member, const AnswerEvent& event) {
  if (event.text.empty() && event.logprobs.empty()) return;
  Open(event);
  Begin(event.choice, member);
  std::string* const text = out_->text();
  text->append(event.text);
  if (event.logprobs.empty()) {
    text->append(R"("},"logprobs":null)");
  } else {
    text->append(R"("},"logprobs":{"content":[)").append(event.logprobs);
    text->append(R"(],"refusal":null})");
  }
  Close("null", FrameKind::kToken);
}

void ChatStreamWriter::WriteCall(const AnswerEvent& event) {
  Open(event);
  FilledOf(event.choice, event.call) = false;
  Begin(event.choice, R"("tool_calls":[{"index":)");
  std::string* const text = out_->text();
  text->append(std::to_string(event.call)).append(R"(,"id":")");
  if (event.id.empty()) {
    text->append("call_").append(id_).append("_").append(std::to_string(event.choice));
    text->append("_").append(std::to_string(event.call));
  } else {
    text->append(event.id);
  }
  text->append(R"(","type":"function","function":{"name":)");
  AppendQuoted(event.name, text);
  text->append(R"(,"arguments":""}}]},"logprobs":null)");
  Close("null", FrameKind::kToken);
}

void ChatStreamWriter::WriteArguments(int choice, int call, JsonText arguments) {
  if (arguments.empty()) return;
  FilledOf(choice, call) = true;
  Begin(choice, R"("tool_calls":[{"index":)");
  std::string* const text = out_->text();
  text->append(std::to_string(call)).append(R"(,"function":{"arguments":")");
  text->append(arguments).append(R"("}}]},"logprobs":null)");
  Close("null", FrameKind::kToken);
}

void ChatStreamWriter::WriteFinish(const AnswerEvent& event) {
  Open(event);
  // Clients parse the arguments of each call, and "" is no JSON.
  const auto calls = static_cast<int>(At(event.choice).filled.size());
  for (int call = 0; call < calls; ++call) {
    if (!FilledOf(event.choice, call)) WriteArguments(event.choice, call, "{}");
  }
  Begin(event.choice, R"(},"logprobs":null)");
  std::string finish = "\"";
  finish.append(FinishWord(event.reason, true)).append("\"");
  if (event.reason == FinishReason::kStopSequence && !event.text.empty()) {
    finish.append(R"(,"stop_reason":)");  // as vLLM says it
    AppendQuoted(event.text, &finish);
  }
  Close(finish, FrameKind::kFinish);
}

void ChatStreamWriter::On(const AnswerEvent& event) {
  switch (event.kind) {
    case Kind::kText:
      return WriteText(R"("content":")", event);
    case Kind::kReasoning:
      return WriteText(R"("reasoning_content":")", event);
    case Kind::kRefusal:
      return WriteText(R"("refusal":")", event);
    case Kind::kToolCall:
      return WriteCall(event);
    case Kind::kArguments:
      return WriteArguments(event.choice, event.call, event.text);
    case Kind::kFinish:
      return WriteFinish(event);
    case Kind::kUsage:
      return Update(event.usage, &usage_);
    case Kind::kSignature:
    case Kind::kSealedReasoning:
    case Kind::kEmbedding:
      return;  // no place for them
  }
}

void ChatStreamWriter::End() {
  if (with_usage_) WriteUsage(head_, usage_, out_);
  WriteDone(out_);
}

}  // namespace

std::unique_ptr<AnswerWriter> WriteChatStream(const AnswerContext& context, FrameOutput* out) {
  return std::make_unique<ChatStreamWriter>(context, out);
}

}  // namespace banto::api::openai
