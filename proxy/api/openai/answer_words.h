// Finish reasons and token counts as OpenAI's API and its engines write them. Pure.
#ifndef BANTO_PROXY_API_OPENAI_ANSWER_WORDS_H_
#define BANTO_PROXY_API_OPENAI_ANSWER_WORDS_H_

#include <string>
#include <string_view>

#include "proxy/api/neutral_answer.h"

namespace banto::api::openai {

// kNone for "" and "null".
FinishReason ReadFinish(std::string_view word);
// `calls`: the API has a word for them (chat).
std::string_view FinishWord(FinishReason reason, bool calls);

// Of a raw `usage` object; what it does not say stays -1.
TokenCounts ReadTokenCounts(RawJson usage);
// The event of a raw `usage`, if it is one. `alone`: no choice is beside it.
void EmitUsage(RawJson usage, bool alone, AnswerSink* sink);
// An object. Both counts are numbers to the SDKs, so one that is unknown is 0.
void AppendTokenCounts(const TokenCounts& counts, std::string* json);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_ANSWER_WORDS_H_
