// Reads the answers of a server of the Responses API, streamed and whole.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_ANSWER_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_ANSWER_H_

#include <memory>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::openai {

std::unique_ptr<EventReader> ReadResponsesStream();
bool ReadResponsesWhole(std::string_view body, AnswerSink* sink);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_ANSWER_H_
