// Requests to /api/chat, in both directions. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_CHAT_REQUEST_H_
#define BANTO_PROXY_API_OLLAMA_CHAT_REQUEST_H_

#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::ollama {

CannotCarry ReadChatRequest(std::string_view body, NeutralRequest* request);
WrittenRequest WriteChatRequest(const NeutralRequest& request, const WorkerForm& worker);

// Appends `"messages":[…]`, without the comma before it.
void AppendMessages(const NeutralRequest& request, WrittenRequest* written);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_CHAT_REQUEST_H_
