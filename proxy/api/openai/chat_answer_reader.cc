// A worker's chat completions, streamed and whole: the same events.
#include "proxy/api/openai/chat.h"
#include "proxy/api/openai/choice_events.h"
#include "proxy/api/openai/choice_list.h"
#include "proxy/api/openai/text_frame.h"

namespace banto::api::openai {
namespace {

bool ReadObject(std::string_view text, ChoiceEvents* choices, AnswerSink* sink) {
  return ReadChoiceList(
      text, [&](json::JsonCursor* json, int64_t position) { choices->Read(json, position, sink); },
      sink);
}

class ChatEventReader final : public EventReader {
 public:
  void OnFrame(const http::Frame& frame, AnswerSink* sink) override {
    if (last_.Emit(frame.data, sink)) return;
    TextFrame::Learning learning(&last_, sink);
    ReadObject(frame.data, &choices_, &learning);
    learning.Finish(frame.data);
  }

 private:
  TextFrame last_;
  ChoiceEvents choices_;
};

}  // namespace

std::unique_ptr<EventReader> ReadChatStream() { return std::make_unique<ChatEventReader>(); }

bool ReadChatWhole(std::string_view body, AnswerSink* sink) {
  ChoiceEvents choices;
  return ReadObject(body, &choices, sink);
}

}  // namespace banto::api::openai
