// A worker's chat completions, streamed and whole: the same events.
#include "proxy/api/openai/answer_words.h"
#include "proxy/api/openai/chat.h"
#include "proxy/api/openai/choice_events.h"
#include "proxy/api/openai/text_frame.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

// False: no object of this API.
bool ReadObject(std::string_view text, ChoiceEvents* choices, AnswerSink* sink) {
  JsonCursor json(text);
  std::string_view key;
  RawJson usage;
  bool listed = false;
  int64_t count = 0;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    if (key == "choices" && json.EnterArray()) {
      listed = true;
      for (; json.NextElement(); ++count) choices->Read(&json, count, sink);
      continue;
    }
    const RawJson value = json.Skip();
    if (key == "usage") usage = value;
  }
  EmitUsage(usage, count == 0, sink);
  return listed && json.Finish();
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
