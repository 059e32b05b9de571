// Completions: what follows a prompt. Requests, and a worker's answers.
#include "proxy/api/openai/choice_list.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/api/openai/completions.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/setting_names.h"
#include "proxy/api/openai/text_frame.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;
using Kind = AnswerEvent::Kind;

CannotCarry ReadRequest(std::string_view body, NeutralRequest* request) {
  JsonCursor json(body);
  std::string_view key;
  if (!json.EnterObject()) return kNoObject;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (value == "null") continue;
    if (key == "prompt") {
      request->prompt = value;
    } else if (!TakeCommon(key, value, request) &&
               !TakeSetting(kCompletionSettings, key, value, &request->settings) &&
               json::HasSubstance(value)) {
      AddDropped(std::string(key), &request->dropped);
    }
  }
  if (!json.Finish()) return kTooDeep;
  return std::nullopt;
}

WrittenRequest WriteRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  if (request.prompt.empty() && !request.messages.empty()) {
    written.refused = "A conversation cannot be translated into a completion's prompt.";
    return written;
  }
  std::string& json = written.body;
  BeginRequest(worker.model, &json);
  json.append(R"(,"prompt":)").append(request.prompt.empty() ? R"("")" : request.prompt);
  // Only Ollama's generate asks for these without a conversation.
  if (request.format.kind != AnswerFormat::Kind::kUnset) AddDropped("format", &written.dropped);
  if (request.reasoning.kind != ReasoningWish::Kind::kUnset) AddDropped("think", &written.dropped);
  AppendStop(request.stop, &json);
  AppendStream(request.stream, worker, &json);
  AppendSettings(request.settings, kCompletionSettings, worker.engines, &json, &written.dropped);
  json += '}';
  return written;
}

void ReadChoice(RawJson raw, int64_t position, AnswerSink* sink) {
  JsonCursor json(raw);
  std::string_view key;
  int64_t index = position;
  RawJson finish, stop;
  AnswerEvent event;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "text") {
      event.text = TextIn(value);
    } else if (key == "index") {
      index = json::IntegerOr(value, position);
    } else if (key == "finish_reason") {
      finish = value;
    } else if (key == "stop_reason" || key == "matched_stop") {  // vLLM, SGLang
      stop = value;
    }
  }
  if (index < 0 || index >= kChoicesMax) return;
  event.choice = static_cast<int>(index);
  if (!event.text.empty()) sink->On(event);
  event.kind = Kind::kFinish;
  event.text = TextIn(stop);
  event.reason = ReadFinish(TextIn(finish));
  if (event.reason == FinishReason::kStop && !event.text.empty())
    event.reason = FinishReason::kStopSequence;
  if (event.reason != FinishReason::kStopSequence) event.text = {};
  if (event.reason != FinishReason::kNone) sink->On(event);
}

bool ReadObject(std::string_view text, AnswerSink* sink) {
  return ReadChoiceList(
      text, [&](JsonCursor* json, int64_t position) { ReadChoice(json->Skip(), position, sink); },
      sink);
}

class CompletionEventReader final : public EventReader {
 public:
  void OnFrame(const http::Frame& frame, AnswerSink* sink) override {
    if (last_.Emit(frame.data, sink)) return;
    TextFrame::Learning learning(&last_, sink);
    ReadObject(frame.data, &learning);
    learning.Finish(frame.data);
  }

 private:
  TextFrame last_;
};

std::unique_ptr<EventReader> ReadStream() { return std::make_unique<CompletionEventReader>(); }

}  // namespace

constinit const Codec kCompletionsCodec = {
    .read_request = ReadRequest,
    .write_stream = WriteCompletionStream,
    .write_whole = WriteCompletionWhole,
    .write_request = WriteRequest,
    .read_stream = ReadStream,
    .read_whole = ReadObject,
};

}  // namespace banto::api::openai
