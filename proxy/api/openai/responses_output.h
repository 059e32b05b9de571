// What a response object of the Responses API says: its items, how it ended, what it counted. Pure.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_OUTPUT_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_OUTPUT_H_

#include "proxy/api/neutral_answer.h"

namespace banto::api::openai {

// The members of an item that mean something here.
struct ItemMembers {
  RawJson type, id, call_id, name, arguments, content, summary, encrypted_content;
  bool is(std::string_view kind) const { return TextOf(type) == kind; }
};
ItemMembers ReadItem(RawJson item);

// A function call begins: its id and name.
void EmitCall(const ItemMembers& item, int call, AnswerSink* sink);
void EmitArguments(const ItemMembers& item, int call, AnswerSink* sink);
// Texts and refusals of a message, or the texts of reasoning.
void EmitTexts(const ItemMembers& item, AnswerSink* sink);
// What is sealed in a piece of reasoning, beside a text or alone.
void EmitSeal(const ItemMembers& item, AnswerSink* sink);
// All items of a raw `output`; the number of calls among them.
int EmitOutput(RawJson output, AnswerSink* sink);
// Usage and finish of a raw response that called `calls` functions.
void EmitEnd(RawJson response, int calls, AnswerSink* sink);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_OUTPUT_H_
