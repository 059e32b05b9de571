#include "proxy/api/openai/responses_items.h"

namespace banto::api::openai {

constexpr TextWords kOutputText = {.text_event = "response.output_text",
                                   .part_event = "response.content_part",
                                   .list = "content",
                                   .type = "output_text",
                                   .text = "text",
                                   .is_output_text = true};
constexpr TextWords kRefusal = {.text_event = "response.refusal",
                                .part_event = "response.content_part",
                                .list = "content",
                                .type = "refusal",
                                .text = "refusal"};
constexpr TextWords kReasoningText = {.text_event = "response.reasoning_text",
                                      .part_event = "response.content_part",
                                      .list = "content",
                                      .type = "reasoning_text",
                                      .text = "text"};
constexpr TextWords kSummaryText = {.text_event = "response.reasoning_summary_text",
                                    .part_event = "response.reasoning_summary_part",
                                    .list = "summary",
                                    .type = "summary_text",
                                    .text = "text"};
constexpr TextWords kArguments = {
    .text_event = "response.function_call_arguments", .type = "function_call", .text = "arguments"};
constexpr TextWords kCallInput = {
    .text_event = "response.custom_tool_call_input", .type = "custom_tool_call", .text = "input"};

namespace {

void AppendMember(std::string_view name, JsonText text, std::string* out) {
  out->append(",\"").append(name).append("\":");
  AppendQuoted(text, out);
}

}  // namespace

void AppendPart(const TextWords& words, JsonText text, RawJson logprobs, std::string* out) {
  out->append(R"({"type":)");
  AppendQuoted(words.type, out);
  AppendMember(words.text, text, out);
  if (words.is_output_text)
    out->append(R"(,"annotations":[],"logprobs":[)").append(logprobs).append("]");
  out->append("}");
}

void AppendItem(const OutputItem& item, std::string* out) {
  out->append(R"({"id":)");
  AppendQuoted(item.id, out);
  switch (item.kind) {
    case OutputItem::Kind::kMessage:
      out->append(R"(,"type":"message","role":"assistant")");
      AppendMember("status", item.status, out);
      out->append(R"(,"content":[)").append(item.content).append("]}");
      return;
    case OutputItem::Kind::kReasoning:
      out->append(R"(,"type":"reasoning","summary":[)");
      if (item.shows_summary) out->append(item.content);
      out->append("]");
      if (!item.shows_summary) out->append(R"(,"content":[)").append(item.content).append("]");
      if (!item.sealed.empty()) AppendMember("encrypted_content", item.sealed, out);
      out->append("}");
      return;
    case OutputItem::Kind::kCall:
      out->append(R"(,"type":"function_call")");
      AppendMember("status", item.status, out);
      AppendMember("call_id", item.call_id, out);
      AppendMember("name", item.name, out);
      // What there is of them is told by deltas.
      AppendMember("arguments", item.closed ? item.text : "", out);
      out->append("}");
  }
}

}  // namespace banto::api::openai
