// Engines differ in how they point at the item of a delta: by index, by id, or only by the order of
// events (llama.cpp has no indices). What an item says counts once, in deltas or else in its end.
#include <algorithm>
#include <vector>

#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/responses_answer.h"
#include "proxy/api/openai/responses_output.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using Kind = AnswerEvent::Kind;

struct EventMembers {
  RawJson type, delta, item_id, output_index, summary_index, logprobs, item, response;
};

class ResponsesReader final : public EventReader {
 public:
  void OnFrame(const http::Frame& frame, AnswerSink* sink) override;

 private:
  struct OpenItem {
    std::string id;
    int64_t index = -1;
    int call = -1;       // a function's
    bool spoke = false;  // in deltas
  };
  OpenItem* Find(std::string_view id, RawJson index);
  OpenItem* Add(const EventMembers& event, const ItemMembers& item, AnswerSink* sink);
  void OnDelta(Kind kind, const EventMembers& event, AnswerSink* sink);
  void OnItemDone(const EventMembers& event, AnswerSink* sink);
  void OnEnd(const EventMembers& event, AnswerSink* sink);

  std::vector<OpenItem> items_;
  int calls_ = 0;
};

// The last, if the event does not say.
ResponsesReader::OpenItem* ResponsesReader::Find(std::string_view id, RawJson index) {
  const auto by_id = std::find_if(items_.rbegin(), items_.rend(), [id](const OpenItem& item) {
    return !id.empty() && item.id == id;
  });
  if (by_id != items_.rend()) return &*by_id;
  const int64_t number = json::IntegerOr(index, -1);
  if (number < 0) return items_.empty() || !id.empty() ? nullptr : &items_.back();
  const auto by_index =
      std::find_if(items_.rbegin(), items_.rend(),
                   [number](const OpenItem& item) { return item.index == number; });
  return by_index == items_.rend() ? nullptr : &*by_index;
}

ResponsesReader::OpenItem* ResponsesReader::Add(const EventMembers& event, const ItemMembers& item,
                                                AnswerSink* sink) {
  OpenItem& open = items_.emplace_back();
  open.id = TextIn(item.id);
  open.index = json::IntegerOr(event.output_index, -1);
  if (item.is("function_call")) {
    open.call = calls_++;
    EmitCall(item, open.call, sink);
  }
  return &open;
}

void ResponsesReader::OnDelta(Kind kind, const EventMembers& event, AnswerSink* sink) {
  OpenItem* item = Find(TextIn(event.item_id), event.output_index);
  if (item == nullptr && !items_.empty()) item = &items_.back();
  AnswerEvent said;
  said.kind = kind;
  said.text = TextIn(event.delta);
  if (event.logprobs.size() > 2 && event.logprobs.front() == '[')
    said.logprobs = event.logprobs.substr(1, event.logprobs.size() - 2);
  if (said.text.empty() && said.logprobs.empty()) return;
  if (item != nullptr) item->spoke = true;
  if (kind == Kind::kArguments) {
    if (item == nullptr || item->call < 0) return;
    said.call = item->call;
  }
  sink->On(said);
}

void ResponsesReader::OnItemDone(const EventMembers& event, AnswerSink* sink) {
  const ItemMembers item = ReadItem(event.item);
  OpenItem* open = Find(TextIn(item.id), event.output_index);
  if (open == nullptr) open = Add(event, item, sink);
  if (item.is("function_call")) {
    if (!open->spoke && open->call >= 0) EmitArguments(item, open->call, sink);
  } else if (item.is("message") || item.is("reasoning")) {
    if (!open->spoke) EmitTexts(item, sink);
    if (item.is("reasoning")) EmitSeal(item, sink);
  }
  open->spoke = true;
}

void ResponsesReader::OnEnd(const EventMembers& event, AnswerSink* sink) {
  RawJson output;
  ReadMembers(event.response, {{"output", &output}});
  if (items_.empty()) calls_ = EmitOutput(output, sink);
  EmitEnd(event.response, calls_, sink);
}

void ResponsesReader::OnFrame(const http::Frame& frame, AnswerSink* sink) {
  EventMembers event;
  if (!ReadMembers(frame.data, {{"type", &event.type},
                                {"delta", &event.delta},
                                {"item_id", &event.item_id},
                                {"output_index", &event.output_index},
                                {"summary_index", &event.summary_index},
                                {"logprobs", &event.logprobs},
                                {"item", &event.item},
                                {"response", &event.response}}))
    return;
  const std::string_view type = TextOf(event.type).value_or(frame.event);
  if (type == "response.output_text.delta") return OnDelta(Kind::kText, event, sink);
  if (type == "response.function_call_arguments.delta")
    return OnDelta(Kind::kArguments, event, sink);
  if (type == "response.reasoning_text.delta" || type == "response.reasoning_summary_text.delta")
    return OnDelta(Kind::kReasoning, event, sink);
  if (type == "response.refusal.delta") return OnDelta(Kind::kRefusal, event, sink);
  if (type == "response.reasoning_summary_part.added") {
    // Summaries are paragraphs.
    if (json::IntegerOr(event.summary_index, 0) > 0) {
      event.delta = R"("\n\n")";
      OnDelta(Kind::kReasoning, event, sink);
    }
    return;
  }
  if (type == "response.output_item.added") {
    Add(event, ReadItem(event.item), sink);
  } else if (type == "response.output_item.done") {
    OnItemDone(event, sink);
  } else if (type == "response.completed" || type == "response.incomplete") {
    OnEnd(event, sink);
  }
}

}  // namespace

std::unique_ptr<EventReader> ReadResponsesStream() { return std::make_unique<ResponsesReader>(); }

bool ReadResponsesWhole(std::string_view body, AnswerSink* sink) {
  RawJson output;
  if (!ReadMembers(body, {{"output", &output}}) || !output.starts_with('[')) return false;
  EmitEnd(body, EmitOutput(output, sink), sink);
  return true;
}

}  // namespace banto::api::openai
