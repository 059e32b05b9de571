// One OpenAI chat or completion object, a stream's chunk or a whole answer, read in one pass. Pure.
#ifndef BANTO_PROXY_API_OPENAI_OPENAI_OBJECT_H_
#define BANTO_PROXY_API_OPENAI_OPENAI_OBJECT_H_

#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/openai/choice_table.h"

namespace banto::api::openai {

// Raw values point into the text that was read.
struct OpenAiObject {
  bool is_json = false;
  bool utf8_ok = true;
  bool is_error = false;     // a top-level `error`, or object "error" (SGLang)
  bool has_choices = false;  // the array is there, perhaps empty
  bool no_choices = true;    // it is absent or empty
  bool generated = false;
  bool finished = false;
  bool called = false;       // a tool or function call is in it
  std::string_view id;       // between its quotes
  std::string_view created;  // a number
  std::string_view usage;    // an object
  std::string_view text;     // a generated string that is not empty, between its quotes
};

// Choices are entered in `table` as they are met.
OpenAiObject ReadOpenAiObject(std::string_view text, ChoiceTable* table);

// The spans that a replay renews.
void LocateIdentity(const OpenAiObject& object, std::string_view bytes, FrameVerdict* spans);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_OPENAI_OBJECT_H_
