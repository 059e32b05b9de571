#include "proxy/api/openai/responses_writer.h"

#include <algorithm>
#include <utility>

#include "proxy/api/openai/named_members.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using EventKind = AnswerEvent::Kind;

bool WantsSummary(std::string_view body) {
  RawJson reasoning, summary, old_name;
  ReadMembers(body, {{"reasoning", &reasoning}});
  ReadMembers(reasoning, {{"summary", &summary}, {"generate_summary", &old_name}});
  return TextOf(summary).has_value() || TextOf(old_name).has_value();
}

// Whether what was said until now is all that was to be said.
bool IsWhole(FinishReason reason) {
  return reason == FinishReason::kNone || reason == FinishReason::kStop ||
         reason == FinishReason::kStopSequence || reason == FinishReason::kToolCalls;
}

// Empty for ends that it has no word for.
std::string_view WhyIncomplete(FinishReason reason) {
  if (reason == FinishReason::kLength) return "max_output_tokens";
  return reason == FinishReason::kContentFilter ? "content_filter" : "";
}

}  // namespace

ResponsesWriter::ResponsesWriter(const AnswerContext& context, FrameOutput* out)
    : context_(context), frames_(context, out), wants_summary_(WantsSummary(context.body)) {}

void ResponsesWriter::Start() {
  if (std::exchange(started_, true)) return;
  for (const char* const type : {"response.created", "response.in_progress"})
    frames_.Lifecycle(type, State({}), FrameKind::kAdmission);
}

OutputItem* ResponsesWriter::NewItem(ItemKind kind, std::string_view prefix) {
  OutputItem& item = items_.emplace_back();
  item.kind = kind;
  item.shows_summary = wants_summary_;
  item.index = items_.size() - 1;
  item.id.append(prefix).append(context_.id).append("_").append(std::to_string(item.index));
  return &item;
}

void ResponsesWriter::Close(OutputItem* item) {
  if (item->closed) return;
  if (item->kind == ItemKind::kCall) {
    // Clients parse what they get: no arguments are an empty object.
    AnswerEvent nothing;
    nothing.text = "{}";
    if (item->text.empty() && IsWhole(reason_)) frames_.Delta(nothing, item);
    frames_.ArgumentsDone(*item);
  } else if (item->open != nullptr) {
    frames_.PartDone(item);
  }
  item->closed = true;
  item->status = IsWhole(reason_) ? "completed" : "incomplete";
  frames_.ItemDone(*item);
}

// Another item begins. A call whose arguments are not whole yet may still get some: engines stream
// parallel calls side by side.
void ResponsesWriter::CloseBefore() {
  for (OutputItem& item : items_) {
    if (!item.closed && (item.kind != ItemKind::kCall || json::IsJson(Plain(item.text))))
      Close(&item);
  }
  speaking_ = kNone;
}

// What the worker calls it, unless it calls two by one name.
std::string ResponsesWriter::CallId(JsonText wanted) const {
  const bool taken = std::any_of(items_.begin(), items_.end(), [wanted](const OutputItem& item) {
    return item.kind == ItemKind::kCall && item.call_id == wanted;
  });
  if (!wanted.empty() && !taken) return std::string(wanted);
  return "call_" + std::string(context_.id) + "_" + std::to_string(items_.size());
}

void ResponsesWriter::Speak(const TextWords& words, ItemKind kind, const AnswerEvent& event) {
  if (event.text.empty() && event.logprobs.empty()) return;
  // What is signed has ended: an item has one signature.
  if (speaking_ == kNone || items_[speaking_].kind != kind || !items_[speaking_].sealed.empty()) {
    CloseBefore();
    speaking_ = items_.size();
    frames_.ItemAdded(NewItem(kind, kind == ItemKind::kMessage ? "msg_" : "rs_"));
  }
  OutputItem* const item = &items_[speaking_];
  if (item->open != &words) {
    if (item->open != nullptr) frames_.PartDone(item);
    frames_.PartAdded(words, item);
  }
  frames_.Delta(event, item);
}

void ResponsesWriter::Seal(const AnswerEvent& event) {
  CloseBefore();
  OutputItem* const item = NewItem(ItemKind::kReasoning, "rs_");
  item->sealed = event.text;
  frames_.ItemAdded(item);
  Close(item);
}

void ResponsesWriter::Sign(const AnswerEvent& event) {
  if (speaking_ == kNone || items_[speaking_].kind != ItemKind::kReasoning) return Seal(event);
  items_[speaking_].sealed = event.text;
}

void ResponsesWriter::BeginCall(const AnswerEvent& event) {
  CloseBefore();
  std::string call_id = CallId(event.id);
  OutputItem* const item = NewItem(ItemKind::kCall, "fc_");
  item->call = event.call;
  item->call_id = std::move(call_id);
  item->name = event.name;
  frames_.ItemAdded(item);
}

void ResponsesWriter::Argue(const AnswerEvent& event) {
  const auto item = std::find_if(items_.rbegin(), items_.rend(), [&event](const OutputItem& its) {
    return its.kind == ItemKind::kCall && its.call == event.call && !its.closed;
  });
  if (item != items_.rend() && !event.text.empty()) frames_.Delta(event, &*item);
}

void ResponsesWriter::Finish(FinishReason reason) {
  reason_ = reason == FinishReason::kNone ? FinishReason::kOther : reason;
  if (items_.empty()) {  // an empty answer is a message without text
    OutputItem* const item = NewItem(ItemKind::kMessage, "msg_");
    frames_.ItemAdded(item);
    frames_.PartAdded(kOutputText, item);
  }
  for (OutputItem& item : items_) Close(&item);
}

void ResponsesWriter::On(const AnswerEvent& event) {
  Start();
  if (event.kind == EventKind::kUsage) return Update(event.usage, &usage_);
  // It knows one choice.
  if (event.choice != 0 || reason_ != FinishReason::kNone) return;
  switch (event.kind) {
    case EventKind::kText:
      return Speak(kOutputText, ItemKind::kMessage, event);
    case EventKind::kRefusal:
      return Speak(kRefusal, ItemKind::kMessage, event);
    case EventKind::kReasoning:
      return Speak(wants_summary_ ? kSummaryText : kReasoningText, ItemKind::kReasoning, event);
    case EventKind::kSignature:
      return Sign(event);
    case EventKind::kSealedReasoning:
      return Seal(event);
    case EventKind::kToolCall:
      return BeginCall(event);
    case EventKind::kArguments:
      return Argue(event);
    case EventKind::kFinish:
      return Finish(event.reason);
    default:
      return;
  }
}

std::string ResponsesWriter::Output() const {
  std::string output;
  for (const OutputItem& item : items_) {
    if (!output.empty()) output.append(",");
    AppendItem(item, &output);
  }
  return output;
}

ResponseState ResponsesWriter::State(std::string_view output) const {
  if (reason_ == FinishReason::kNone)
    return {.status = "in_progress", .incomplete = {}, .output = output, .usage = {}};
  return {.status = IsWhole(reason_) ? "completed" : "incomplete",
          .incomplete = WhyIncomplete(reason_),
          .output = output,
          .usage = usage_};
}

void ResponsesWriter::AppendObject(std::string* out) const {
  const std::string output = Output();
  frames_.object().Append(State(output), out);
}

// Its last event says the usage, which may come after the finish.
void ResponsesWriter::End() {
  Start();
  if (reason_ == FinishReason::kNone) Finish(FinishReason::kOther);
  const std::string output = Output();
  frames_.Lifecycle(IsWhole(reason_) ? "response.completed" : "response.incomplete", State(output),
                    FrameKind::kTerminal);
}

}  // namespace banto::api::openai
