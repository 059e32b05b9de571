#include "proxy/api/openai/answer_head.h"
#include "proxy/api/openai/answer_words.h"
#include "proxy/api/openai/completions.h"

namespace banto::api::openai {
namespace {

using Kind = AnswerEvent::Kind;

// `}` is not written. The stop sequence as vLLM says it.
void AppendFinish(FinishReason reason, JsonText stop, std::string* json) {
  json->append(R"(,"logprobs":null,"finish_reason":")").append(FinishWord(reason, false));
  *json += '"';
  if (reason != FinishReason::kStopSequence || stop.empty()) return;
  json->append(R"(,"stop_reason":)");
  AppendQuoted(stop, json);
}

class CompletionWriter final : public AnswerWriter {
 public:
  CompletionWriter(const AnswerContext& context, FrameOutput* out)
      : head_("cmpl-", "text_completion", context),
        with_usage_(context.request->include_usage),
        out_(out) {}

  void On(const AnswerEvent& event) override {
    if (event.kind == Kind::kUsage) return Update(event.usage, &usage_);
    if (event.kind == Kind::kText && !event.text.empty()) {
      Begin(event.choice, event.text);
      out_->text()->append(R"(,"logprobs":null,"finish_reason":null)");
      Close(FrameKind::kToken);
    } else if (event.kind == Kind::kFinish) {
      Begin(event.choice, {});
      AppendFinish(event.reason, event.text, out_->text());
      Close(FrameKind::kFinish);
    }
  }

  void End() override {
    if (with_usage_) WriteUsage(head_, usage_, out_);
    WriteDone(out_);
  }

 private:
  void Begin(int choice, JsonText text) {
    std::string* const json = out_->text();
    json->append(head_.of_chunk()).append(R"({"index":)").append(std::to_string(choice));
    json->append(R"(,"text":)");
    AppendQuoted(text, json);
  }
  void Close(FrameKind kind) {
    out_->text()->append(with_usage_ ? "}],\"usage\":null}\n\n" : "}]}\n\n");
    out_->End(head_.VerdictOf(kind));
  }

  const AnswerHead head_;
  const bool with_usage_;
  FrameOutput* const out_;
  TokenCounts usage_;
};

}  // namespace

std::unique_ptr<AnswerWriter> WriteCompletionStream(const AnswerContext& context,
                                                    FrameOutput* out) {
  return std::make_unique<CompletionWriter>(context, out);
}

std::string WriteCompletionWhole(const AnswerContext& context, const NeutralAnswer& answer) {
  std::string json(AnswerHead("cmpl-", "text_completion", context).of_whole());
  for (size_t at = 0; at < answer.choices.size(); ++at) {
    const NeutralChoice& choice = answer.choices[at];
    json.append(at == 0 ? "" : ",").append(R"({"index":)").append(std::to_string(at));
    json.append(R"(,"text":")");
    for (const Part& part : choice.parts) {
      if (part.kind == Part::Kind::kText) json.append(part.text);
    }
    json += '"';
    AppendFinish(choice.reason, choice.stop_sequence, &json);
    json += '}';
  }
  json += ']';
  if (answer.usage.input >= 0 || answer.usage.output >= 0) {
    json.append(R"(,"usage":)");
    AppendTokenCounts(answer.usage, &json);
  }
  return json + "}";
}

}  // namespace banto::api::openai
