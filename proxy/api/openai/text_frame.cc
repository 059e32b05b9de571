#include "proxy/api/openai/text_frame.h"

#include "proxy/api/answer_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

// Larger ones are parsed, each of them.
constexpr size_t kFrameBytesMax = 1024;

}  // namespace

bool TextFrame::Emit(std::string_view data, AnswerSink* sink) const {
  if (before_.empty() || !data.starts_with(before_)) return false;
  data.remove_prefix(before_.size());
  const char* const end = json::FindJsonStringEnd(data.data(), data.data() + data.size());
  if (end == nullptr || end == data.data()) return false;
  const auto size = static_cast<size_t>(end - data.data());
  if (data.substr(size) != after_) return false;
  AnswerEvent event = event_;
  event.text = data.substr(0, size);
  sink->On(event);
  return true;
}

void TextFrame::Learning::On(const AnswerEvent& event) {
  ++count_;
  event_ = event;
  sink_->On(event);
}

void TextFrame::Learning::Finish(std::string_view data) {
  using Kind = AnswerEvent::Kind;
  frame_->before_.clear();
  uint32_t at = 0, size = 0;
  if (count_ != 1 || (event_.kind != Kind::kText && event_.kind != Kind::kReasoning)) return;
  if (!event_.logprobs.empty() || data.size() > kFrameBytesMax) return;
  if (!Locate(event_.text, data, &at, &size)) return;
  frame_->before_.assign(data.substr(0, at));
  frame_->after_.assign(data.substr(at + size));
  frame_->event_ = {};
  frame_->event_.kind = event_.kind;
  frame_->event_.choice = event_.choice;
}

}  // namespace banto::api::openai
