// Chunks of one stream differ in little but their text: one that is like the last but for that
// gives its event without being parsed. Owned by an event reader.
#ifndef BANTO_PROXY_API_OPENAI_TEXT_FRAME_H_
#define BANTO_PROXY_API_OPENAI_TEXT_FRAME_H_

#include <string>
#include <string_view>

#include "proxy/api/neutral_answer.h"

namespace banto::api::openai {

class TextFrame {
 public:
  // Whether `data` is such a one; its event has then been given.
  bool Emit(std::string_view data, AnswerSink* sink) const;

  // Hands on the events of a chunk that is parsed, and remembers the chunk if a text is all that it
  // says.
  class Learning final : public AnswerSink {
   public:
    Learning(TextFrame* frame, AnswerSink* sink) : frame_(frame), sink_(sink) {}
    void On(const AnswerEvent& event) override;
    void Finish(std::string_view data);

   private:
    TextFrame* const frame_;
    AnswerSink* const sink_;
    AnswerEvent event_;
    int count_ = 0;
  };

 private:
  std::string before_, after_;  // the text, quotes included; empty: nothing is known
  AnswerEvent event_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_TEXT_FRAME_H_
