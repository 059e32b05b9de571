// Reads an Ollama's answers to /api/chat and /api/generate. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_ANSWER_EVENTS_H_
#define BANTO_PROXY_API_OLLAMA_ANSWER_EVENTS_H_

#include <memory>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

std::unique_ptr<EventReader> ReadEvents();
bool ReadWholeAnswer(std::string_view body, AnswerSink* sink);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_ANSWER_EVENTS_H_
