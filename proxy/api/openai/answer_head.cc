#include "proxy/api/openai/answer_head.h"

#include "proxy/api/openai/answer_words.h"
#include "proxy/json/json_scan.h"

namespace banto::api::openai {
namespace {

constexpr std::string_view kData = "data: ";

}  // namespace

AnswerHead::AnswerHead(std::string_view prefix, std::string_view object,
                       const AnswerContext& context) {
  text_.append(kData).append(R"({"id":")");
  verdict_.id_at = static_cast<uint32_t>(text_.size());
  text_.append(prefix).append(context.id);
  verdict_.id_size = static_cast<uint32_t>(text_.size()) - verdict_.id_at;
  text_.append(R"(","object":")").append(object).append(R"(","created":)");
  verdict_.created_at = static_cast<uint32_t>(text_.size());
  text_.append(std::to_string(context.created_s));
  verdict_.created_size = static_cast<uint32_t>(text_.size()) - verdict_.created_at;
  text_.append(R"(,"model":)");
  json::AppendJsonString(context.model, &text_);
  text_.append(R"(,"choices":[)");
}

std::string_view AnswerHead::of_whole() const {
  return std::string_view(text_).substr(kData.size());
}

FrameVerdict AnswerHead::VerdictOf(FrameKind kind) const {
  FrameVerdict verdict = verdict_;
  verdict.kind = kind;
  return verdict;
}

void WriteUsage(const AnswerHead& head, const TokenCounts& usage, FrameOutput* out) {
  if (usage.input < 0 && usage.output < 0) return;
  std::string* const text = out->text();
  text->append(head.of_chunk()).append(R"(],"usage":)");
  AppendTokenCounts(usage, text);
  text->append("}\n\n");
  out->End(head.VerdictOf(FrameKind::kFinish));
}

void WriteDone(FrameOutput* out) {
  out->text()->append("data: [DONE]\n\n");
  out->End(FrameKind::kTerminal);
}

}  // namespace banto::api::openai
