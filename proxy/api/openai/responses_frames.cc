#include "proxy/api/openai/responses_frames.h"

#include <charconv>

namespace banto::api::openai {
namespace {

void AppendNumber(int64_t number, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void ResponseFrames::Begin(std::string_view type, std::string_view suffix) {
  std::string* const text = out_->text();
  text->append("event: ").append(type).append(suffix);
  text->append("\ndata: {\"type\":\"").append(type).append(suffix).append("\"");
}

void ResponseFrames::AppendPlace(const OutputItem& item) {
  std::string* const text = out_->text();
  text->append(R"(,"item_id":)");
  AppendQuoted(item.id, text);
  text->append(R"(,"output_index":)");
  AppendNumber(static_cast<int64_t>(item.index), text);
}

// Of the part that was begun last.
void ResponseFrames::AppendPartPlace(const PartWords& words, const OutputItem& item) {
  AppendPlace(item);
  out_->text()->append(",\"").append(words.index).append("\":");
  AppendNumber(item.parts - 1, out_->text());
}

void ResponseFrames::End(FrameVerdict verdict) {
  std::string* const text = out_->text();
  text->append(R"(,"sequence_number":)");
  AppendNumber(sequence_++, text);
  text->append("}\n\n");
  out_->End(verdict);
}

void ResponseFrames::End(FrameKind kind) {
  FrameVerdict verdict;
  verdict.kind = kind;
  End(verdict);
}

void ResponseFrames::Lifecycle(std::string_view type, const ResponseState& state, FrameKind kind) {
  Begin(type);
  std::string* const text = out_->text();
  text->append(R"(,"response":)");
  FrameVerdict verdict;
  verdict.kind = kind;
  object_.Locate(text->size() - out_->begin(), &verdict);
  object_.Append(state, text);
  End(verdict);
}

void ResponseFrames::PrepareDeltas(std::string_view type, OutputItem* item) {
  std::string* const text = out_->text();
  const size_t begin = text->size();
  Begin(type, ".delta");
  if (item->open == nullptr) {
    AppendPlace(*item);
  } else {
    AppendPartPlace(*item->open, *item);
  }
  item->delta.assign(*text, begin).append(R"(,"delta":")");
  text->resize(begin);
}

void ResponseFrames::AppendWholeItem(const OutputItem& item) {
  std::string* const text = out_->text();
  text->append(R"(,"output_index":)");
  AppendNumber(static_cast<int64_t>(item.index), text);
  text->append(R"(,"item":)");
  AppendItem(item, text);
}

void ResponseFrames::ItemAdded(OutputItem* item) {
  Begin("response.output_item.added");
  AppendWholeItem(*item);
  End(FrameKind::kAdmission);
  if (item->kind == OutputItem::Kind::kCall)
    PrepareDeltas("response.function_call_arguments", item);
}

void ResponseFrames::PartAdded(const PartWords& words, OutputItem* item) {
  item->open = &words;
  ++item->parts;
  item->text.clear();
  item->logprobs.clear();
  Begin(words.part_event, ".added");
  AppendPartPlace(words, *item);
  out_->text()->append(R"(,"part":)");
  AppendPart(words, {}, {}, out_->text());
  End(FrameKind::kAdmission);
  PrepareDeltas(words.text_event, item);
}

void ResponseFrames::Delta(const AnswerEvent& event, OutputItem* item) {
  item->text.append(event.text);
  std::string* const text = out_->text();
  text->append(item->delta).append(event.text).append("\"");
  if (item->open != nullptr && item->open->is_output_text) {
    if (!event.logprobs.empty()) {
      if (!item->logprobs.empty()) item->logprobs.append(",");
      AppendOneLine(event.logprobs, &item->logprobs);
    }
    AppendOneLine(event.logprobs, &text->append(R"(,"logprobs":[)"));
    text->append("]");
  }
  End(FrameKind::kToken);
}

void ResponseFrames::PartDone(OutputItem* item) {
  const PartWords& words = *item->open;
  std::string* const text = out_->text();
  Begin(words.text_event, ".done");
  AppendPartPlace(words, *item);
  text->append(",\"").append(words.text).append("\":");
  AppendQuoted(item->text, text);
  if (words.is_output_text) text->append(R"(,"logprobs":[)").append(item->logprobs).append("]");
  End(FrameKind::kFinish);

  Begin(words.part_event, ".done");
  AppendPartPlace(words, *item);
  text->append(R"(,"part":)");
  if (!item->content.empty()) item->content.append(",");
  const size_t part_at = text->size();
  AppendPart(words, item->text, item->logprobs, text);
  item->content.append(*text, part_at);
  End(FrameKind::kFinish);
  item->open = nullptr;
}

void ResponseFrames::ArgumentsDone(const OutputItem& item) {
  Begin("response.function_call_arguments.done");
  AppendPlace(item);
  std::string* const text = out_->text();
  text->append(R"(,"name":)");
  AppendQuoted(item.name, text);
  text->append(R"(,"arguments":)");
  AppendQuoted(item.text, text);
  End(FrameKind::kFinish);
}

void ResponseFrames::ItemDone(const OutputItem& item) {
  Begin("response.output_item.done");
  AppendWholeItem(item);
  End(FrameKind::kFinish);
}

}  // namespace banto::api::openai
