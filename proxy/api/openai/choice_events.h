// The events of one element of `choices`, of a chat chunk or a whole chat answer. Owned by one
// answer's reader; allocates only for tool calls.
#ifndef BANTO_PROXY_API_OPENAI_CHOICE_EVENTS_H_
#define BANTO_PROXY_API_OPENAI_CHOICE_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/api/neutral_answer.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {

class ChoiceEvents {
 public:
  // Reads the element at the cursor. `position`: its index where it names none.
  void Read(json::JsonCursor* json, int64_t position, AnswerSink* sink);

 private:
  struct Choice;
  struct Call {
    int choice;
    int64_t index;  // the worker's
    int number;     // ours
    std::string id, name;
    bool begun = false;
  };
  struct CallPiece;

  static void ReadMessage(json::JsonCursor* json, Choice* choice);
  void EmitText(const Choice& choice, AnswerSink* sink);
  void EmitCalls(const Choice& choice, AnswerSink* sink);
  void EmitCall(int choice, const CallPiece& piece, AnswerSink* sink);
  void EmitFinish(const Choice& choice, AnswerSink* sink);
  Call* CallFor(int choice, const CallPiece& piece);
  void Begin(Call* call, AnswerSink* sink);

  std::vector<Call> calls_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHOICE_EVENTS_H_
