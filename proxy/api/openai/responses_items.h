// The items of an answer of the Responses API, while they grow. Values; pure.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_ITEMS_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_ITEMS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api::openai {

// How the events of a kind of text are called, and where an item has it: in the parts of a list, or
// in a member of its own.
struct TextWords {
  std::string_view text_event;       // + ".delta", ".done"
  std::string_view part_event = {};  // + ".added", ".done"
  std::string_view list = {};        // the item's member that has the parts; empty: it has none
  std::string_view type, text;       // of the part or else the item, and its member with the text
  bool is_output_text = false;       // has annotations and logprobs
};
extern const TextWords kOutputText, kRefusal, kReasoningText, kSummaryText, kArguments, kCallInput;

// All of them.
inline constexpr std::array kTextWords = {&kOutputText,  &kRefusal,   &kReasoningText,
                                          &kSummaryText, &kArguments, &kCallInput};

// One part, whole.
void AppendPart(const TextWords& words, JsonText text, RawJson logprobs, std::string* out);

struct OutputItem {
  enum class Kind : uint8_t { kMessage, kReasoning, kCall };
  Kind kind = Kind::kMessage;
  bool closed = false;
  bool shows_summary = false;  // kReasoning: where its parts are
  size_t index = 0;            // in the output
  int call = 0;                // kCall: of the choice
  int parts = 0;               // that were begun
  const TextWords* open = nullptr;
  std::string id;
  std::string call_id, name;
  std::string sealed;    // encrypted_content
  std::string content;   // parts that have ended, commas between
  std::string text;      // of the open part, or the arguments of a call
  std::string logprobs;  // of the open part
  std::string delta;     // all that is the same in the frames of its deltas, before the text
  std::string_view status = "in_progress";
};

// As it stands, without its open part.
void AppendItem(const OutputItem& item, std::string* out);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_ITEMS_H_
