#include "proxy/api/openai/responses_events.h"

#include <charconv>

namespace banto::api::openai {
namespace {

void AppendNumber(std::string_view name, int64_t number, std::string* out) {
  char digits[20];
  out->append(name).append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void AppendStart(std::string_view type, std::string_view suffix, std::string* out) {
  out->append("event: ").append(type).append(suffix);
  out->append("\ndata: {\"type\":\"").append(type).append(suffix).append("\"");
}

void AppendPlace(const TextPlace& place, std::string* out) {
  AppendQuoted(place.item_id, &out->append(R"(,"item_id":)"));
  AppendNumber(R"(,"output_index":)", static_cast<int64_t>(place.output_index), out);
  if (place.words.list.empty()) return;
  out->append(",\"").append(place.words.list);
  AppendNumber("_index\":", place.part, out);
}

void AppendText(std::string_view name, JsonText text, std::string* out) {
  AppendQuoted(text, &out->append(",\"").append(name).append("\":"));
}

void AppendLogprobs(RawJson logprobs, std::string* out) {
  AppendOneLine(logprobs, &out->append(R"(,"logprobs":[)"));
  out->append("]");
}

}  // namespace

std::string* NumberedEvents::Begin(std::string_view type) {
  AppendStart(type, {}, out_->text());
  return out_->text();
}

void NumberedEvents::End(FrameVerdict verdict) {
  AppendNumber(R"(,"sequence_number":)", sequence_++, out_->text());
  out_->text()->append("}\n\n");
  out_->End(verdict);
}

void NumberedEvents::End(FrameKind kind) {
  FrameVerdict verdict;
  verdict.kind = kind;
  End(verdict);
}

void NumberedEvents::Item(std::string_view type, size_t output_index, RawJson item,
                          FrameKind kind) {
  AppendNumber(R"(,"output_index":)", static_cast<int64_t>(output_index), Begin(type));
  AppendOneLine(item, &out_->text()->append(R"(,"item":)"));
  End(kind);
}

void NumberedEvents::ItemAdded(size_t output_index, RawJson item) {
  Item("response.output_item.added", output_index, item, FrameKind::kAdmission);
}

void NumberedEvents::ItemDone(size_t output_index, RawJson item) {
  Item("response.output_item.done", output_index, item, FrameKind::kFinish);
}

void NumberedEvents::Part(std::string_view suffix, const TextPlace& place, RawJson part,
                          FrameKind kind) {
  AppendStart(place.words.part_event, suffix, out_->text());
  AppendPlace(place, out_->text());
  AppendOneLine(part, &out_->text()->append(R"(,"part":)"));
  End(kind);
}

void NumberedEvents::PartAdded(const TextPlace& place, RawJson part) {
  Part(".added", place, part, FrameKind::kAdmission);
}

void NumberedEvents::PartDone(const TextPlace& place, RawJson part) {
  Part(".done", place, part, FrameKind::kFinish);
}

void NumberedEvents::AppendDeltaStart(const TextPlace& place, std::string* out) {
  AppendStart(place.words.text_event, ".delta", out);
  AppendPlace(place, out);
  out->append(R"(,"delta":")");
}

void NumberedEvents::Delta(std::string_view start, JsonText text, std::optional<RawJson> logprobs) {
  out_->text()->append(start).append(text).append("\"");
  if (logprobs) AppendLogprobs(*logprobs, out_->text());
  End(FrameKind::kToken);
}

void NumberedEvents::Annotation(const TextPlace& place, int64_t index, RawJson annotation) {
  std::string* const text = out_->text();
  AppendStart(place.words.text_event, ".annotation.added", text);
  AppendPlace(place, text);
  AppendNumber(R"(,"annotation_index":)", index, text);
  AppendOneLine(annotation, &text->append(R"(,"annotation":)"));
  End(FrameKind::kAdmission);
}

void NumberedEvents::TextDone(const TextPlace& place, JsonText text, RawJson logprobs) {
  AppendStart(place.words.text_event, ".done", out_->text());
  AppendPlace(place, out_->text());
  AppendText(place.words.text, text, out_->text());
  if (place.words.is_output_text) AppendLogprobs(logprobs, out_->text());
  End(FrameKind::kFinish);
}

void NumberedEvents::ArgumentsDone(const TextPlace& place, JsonText name, JsonText arguments) {
  AppendStart(place.words.text_event, ".done", out_->text());
  AppendPlace(place, out_->text());
  AppendText("name", name, out_->text());
  AppendText(place.words.text, arguments, out_->text());
  End(FrameKind::kFinish);
}

}  // namespace banto::api::openai
