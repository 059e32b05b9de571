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
  // The SDKs' stream helpers take a call for complete where the next begins, and parse its
  // arguments. So a call is held, with what arguments it has, while one before it has none; that
  // one gets {} in the end.
  struct Call {
    enum class State : uint8_t { kHeld, kBegun, kFilled, kClosed };
    State state = State::kHeld;
    std::string id, name, arguments;  // arguments: that are held
  };
  struct Choice {
    bool begun = false;
    std::vector<Call> calls;
    size_t filled = 0;  // so many of the first have arguments
  };

  void Begin(int choice, std::string_view delta);
  void Close(std::string_view finish, FrameKind kind);
  void Open(const AnswerEvent& event);
  void WriteText(std::string_view member, const AnswerEvent& event);
  void TakeCall(const AnswerEvent& event);
  void TakeArguments(const AnswerEvent& event);
  void Release(int choice, size_t number);
  void Fill(int choice);
  void WriteCall(int choice, size_t number);
  void WriteArguments(int choice, size_t number, JsonText text);
  void WriteFinish(const AnswerEvent& event);
  Choice& At(int choice);
  Call& CallAt(int choice, int number);

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

ChatStreamWriter::Call& ChatStreamWriter::CallAt(int choice, int number) {
  std::vector<Call>& calls = At(choice).calls;
  const auto at = static_cast<size_t>(number);
  if (calls.size() <= at) calls.resize(at + 1);
  return calls[at];
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
    text->append(R"("},"logprobs":{"content":[)");
    const size_t begin = text->size();
    text->append(event.logprobs).append(R"(],"refusal":null})");
    // A whole answer may be pretty, but a frame is one line.
    std::replace_if(
        text->begin() + static_cast<ptrdiff_t>(begin), text->end(),
        [](char c) { return c == '\n' || c == '\r'; }, ' ');
  }
  Close("null", FrameKind::kToken);
}

void ChatStreamWriter::WriteCall(int choice, size_t number) {
  Call& call = At(choice).calls[number];
  call.state = Call::State::kBegun;
  Begin(choice, R"("tool_calls":[{"index":)");
  std::string* const text = out_->text();
  text->append(std::to_string(number)).append(R"(,"id":")");
  if (call.id.empty()) {
    text->append("call_").append(id_).append("_").append(std::to_string(choice));
    text->append("_").append(std::to_string(number));
  } else {
    text->append(call.id);
  }
  text->append(R"(","type":"function","function":{"name":)");
  AppendQuoted(call.name, text);
  text->append(R"(,"arguments":""}}]},"logprobs":null)");
  Close("null", FrameKind::kToken);
}

void ChatStreamWriter::WriteArguments(int choice, size_t number, JsonText arguments) {
  Begin(choice, R"("tool_calls":[{"index":)");
  std::string* const text = out_->text();
  text->append(std::to_string(number)).append(R"(,"function":{"arguments":")");
  text->append(arguments).append(R"("}}]},"logprobs":null)");
  Close("null", FrameKind::kToken);
}

// Writes what is held of a call whose turn it is.
void ChatStreamWriter::Release(int choice, size_t number) {
  Call& call = At(choice).calls[number];
  if (call.state == Call::State::kHeld) WriteCall(choice, number);
  if (call.arguments.empty()) return;
  WriteArguments(choice, number, call.arguments);
  call.arguments.clear();
  call.state = Call::State::kFilled;
}

// No arguments follow: begins the calls that are held, and closes those that have none.
void ChatStreamWriter::Fill(int choice) {
  Choice& its = At(choice);
  for (; its.filled < its.calls.size(); ++its.filled) {
    Release(choice, its.filled);
    Call& call = its.calls[its.filled];
    if (call.state != Call::State::kBegun) continue;
    WriteArguments(choice, its.filled, "{}");
    call.state = Call::State::kClosed;
  }
}

void ChatStreamWriter::TakeCall(const AnswerEvent& event) {
  Open(event);
  Call& call = CallAt(event.choice, event.call);
  call.id = event.id;
  call.name = event.name;
  const auto number = static_cast<size_t>(event.call);
  if (At(event.choice).filled == number) WriteCall(event.choice, number);
}

void ChatStreamWriter::TakeArguments(const AnswerEvent& event) {
  if (event.text.empty()) return;
  Open(event);
  Call& call = CallAt(event.choice, event.call);
  Choice& choice = At(event.choice);
  const auto number = static_cast<size_t>(event.call);
  if (call.state == Call::State::kClosed) return;
  call.arguments.append(event.text);
  if (number > choice.filled) return;
  Release(event.choice, number);
  while (choice.filled < choice.calls.size() &&
         choice.calls[choice.filled].state == Call::State::kFilled) {
    if (++choice.filled < choice.calls.size()) Release(event.choice, choice.filled);
  }
}

void ChatStreamWriter::WriteFinish(const AnswerEvent& event) {
  Open(event);
  Fill(event.choice);
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
      return TakeCall(event);
    case Kind::kArguments:
      return TakeArguments(event);
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
