// What the answers and chunks of chat and of completions share: a list of choices, and usage. Pure.
#ifndef BANTO_PROXY_API_OPENAI_CHOICE_LIST_H_
#define BANTO_PROXY_API_OPENAI_CHOICE_LIST_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/openai/answer_words.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {

// Beyond what any engine makes; who takes the events may keep a place for each, and search it.
inline constexpr int64_t kChoicesMax = 4096;

// Gives each choice to read(json, position), which consumes it, and then the usage to the sink.
// False: no object of this API.
template <typename Read>
bool ReadChoiceList(std::string_view text, Read read, AnswerSink* sink) {
  json::JsonCursor json(text);
  std::string_view key;
  RawJson usage;
  bool listed = false;
  int64_t count = 0;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    if (key == "choices" && json.EnterArray()) {
      listed = true;
      for (; json.NextElement(); ++count) read(&json, count);
      continue;
    }
    const RawJson value = json.Skip();
    if (key == "usage") usage = value;
  }
  EmitUsage(usage, count == 0, sink);
  return listed && json.Finish();
}

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHOICE_LIST_H_
