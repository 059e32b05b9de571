#include "proxy/api/ollama/answer_writer.h"

#include <algorithm>
#include <vector>

namespace banto::api::ollama {
namespace {

using Kind = AnswerEvent::Kind;

class LineWriter final : public AnswerWriter {
 public:
  LineWriter(const AnswerContext& context, Shape shape, FrameOutput* out)
      : context_(context), shape_(shape), line_(context, shape), out_(out) {}

  void On(const AnswerEvent& event) override;
  void End() override;

 private:
  // Ollama gives a call whole, so its pieces wait; those of several calls may take turns.
  struct OpenCall {
    int call;
    std::string id, name, arguments;
  };

  void Say(const Said& said) {
    line_.Append(said, out_->text());
    out_->End(line_.Verdict(FrameKind::kToken));
  }
  void Text(const AnswerEvent& event);
  void Think(JsonText text);
  OpenCall* Open(int call);
  void GiveCalls();

  const AnswerContext context_;
  const Shape shape_;
  const AnswerLine line_;
  FrameOutput* const out_;
  std::vector<OpenCall> calls_;
  FinishReason reason_ = FinishReason::kStop;
  TokenCounts usage_;
};

void LineWriter::On(const AnswerEvent& event) {
  if (event.choice != 0) return;  // nobody can ask for more of an Ollama
  switch (event.kind) {
    case Kind::kText:
    case Kind::kRefusal:
      return Text(event);
    case Kind::kReasoning:
      return Think(event.text);
    case Kind::kToolCall: {
      OpenCall* const call = Open(event.call);
      call->id = event.id;
      call->name = event.name;
      return;
    }
    case Kind::kArguments:
      Open(event.call)->arguments.append(event.text);
      return;
    case Kind::kFinish:
      reason_ = event.reason;
      return GiveCalls();
    case Kind::kUsage:
      return Update(event.usage, &usage_);
    case Kind::kSignature:
    case Kind::kSealedReasoning:
    case Kind::kEmbedding:
      return;
  }
}

void LineWriter::Text(const AnswerEvent& event) {
  if (!event.logprobs.empty()) return Say({.content = event.text, .logprobs = event.logprobs});
  if (event.text.empty()) return;
  line_.AppendText(event.text, out_->text());
  out_->End(line_.Verdict(FrameKind::kToken));
}

void LineWriter::Think(JsonText text) {
  if (!text.empty()) Say({.thinking = text});
}

LineWriter::OpenCall* LineWriter::Open(int call) {
  const auto open = std::find_if(calls_.rbegin(), calls_.rend(),
                                 [call](const OpenCall& its) { return its.call == call; });
  if (open != calls_.rend()) return &*open;
  calls_.push_back({call, {}, {}, {}});
  return &calls_.back();
}

void LineWriter::GiveCalls() {
  std::string calls;
  for (const OpenCall& open : calls_)
    AppendCall(context_, {open.id, open.name, open.arguments, open.call}, &calls);
  calls_.clear();
  if (!calls.empty() && shape_ == Shape::kChat) Say({.calls = calls});
}

void LineWriter::End() {
  GiveCalls();
  line_.AppendDone({}, reason_, usage_, out_->text());
  out_->text()->append("\n");
  out_->End(line_.Verdict(FrameKind::kTerminal));
}

}  // namespace

std::unique_ptr<AnswerWriter> WriteStream(const AnswerContext& context, Shape shape,
                                          FrameOutput* out) {
  return std::make_unique<LineWriter>(context, shape, out);
}

std::string WriteWhole(const AnswerContext& context, Shape shape, const NeutralAnswer& answer) {
  std::string content, thinking, calls, body;
  Said said;
  FinishReason reason = FinishReason::kStop;
  if (!answer.choices.empty()) {
    int index = 0;
    for (const Part& part : answer.choices[0].parts) {
      if (part.kind == Part::Kind::kText || part.kind == Part::Kind::kRefusal) {
        content.append(part.text);
      } else if (part.kind == Part::Kind::kReasoning) {
        thinking.append(part.text);
      } else if (part.kind == Part::Kind::kToolCall && shape == Shape::kChat) {
        AppendCall(context, {part.id, part.name, part.arguments, index++}, &calls);
      }
    }
    reason = answer.choices[0].reason;
    said.logprobs = answer.choices[0].logprobs;
  }
  said.content = content;
  said.thinking = thinking;
  said.calls = calls;
  AnswerLine(context, shape).AppendDone(said, reason, answer.usage, &body);
  return body;
}

}  // namespace banto::api::ollama
