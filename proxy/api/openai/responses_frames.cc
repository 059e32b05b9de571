#include "proxy/api/openai/responses_frames.h"

namespace banto::api::openai {
namespace {

// Of the part that was begun last.
TextPlace PlaceOf(const TextWords& words, const OutputItem& item) {
  return {words, item.id, item.index, item.parts - 1};
}

// Renders what the frames of the item's deltas have in common.
void PrepareDeltas(const TextWords& words, OutputItem* item) {
  item->delta.clear();
  NumberedEvents::AppendDeltaStart(PlaceOf(words, *item), &item->delta);
}

std::string Written(const OutputItem& item) {
  std::string written;
  AppendItem(item, &written);
  return written;
}

}  // namespace

void ResponseFrames::Lifecycle(std::string_view type, const ResponseState& state, FrameKind kind) {
  std::string* const text = events_.Begin(type);
  text->append(R"(,"response":)");
  FrameVerdict verdict;
  verdict.kind = kind;
  object_.Locate(text->size() - out_->begin(), &verdict);
  object_.Append(state, text);
  events_.End(verdict);
}

void ResponseFrames::ItemAdded(OutputItem* item) {
  events_.ItemAdded(item->index, Written(*item));
  if (item->kind == OutputItem::Kind::kCall) PrepareDeltas(kArguments, item);
}

void ResponseFrames::PartAdded(const TextWords& words, OutputItem* item) {
  item->open = &words;
  ++item->parts;
  item->text.clear();
  item->logprobs.clear();
  std::string part;
  AppendPart(words, {}, {}, &part);
  events_.PartAdded(PlaceOf(words, *item), part);
  PrepareDeltas(words, item);
}

void ResponseFrames::Delta(const AnswerEvent& event, OutputItem* item) {
  item->text.append(event.text);
  if (item->open == nullptr || !item->open->is_output_text)
    return events_.Delta(item->delta, event.text, {});
  if (!event.logprobs.empty()) {
    if (!item->logprobs.empty()) item->logprobs.append(",");
    AppendOneLine(event.logprobs, &item->logprobs);
  }
  events_.Delta(item->delta, event.text, event.logprobs);
}

void ResponseFrames::PartDone(OutputItem* item) {
  const TextPlace place = PlaceOf(*item->open, *item);
  events_.TextDone(place, item->text, item->logprobs);
  if (!item->content.empty()) item->content.append(",");
  const size_t part_at = item->content.size();
  AppendPart(*item->open, item->text, item->logprobs, &item->content);
  events_.PartDone(place, std::string_view(item->content).substr(part_at));
  item->open = nullptr;
}

void ResponseFrames::ArgumentsDone(const OutputItem& item) {
  events_.ArgumentsDone(PlaceOf(kArguments, item), item.name, item.text);
}

void ResponseFrames::ItemDone(const OutputItem& item) {
  events_.ItemDone(item.index, Written(item));
}

}  // namespace banto::api::openai
