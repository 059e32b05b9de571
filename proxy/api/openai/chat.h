// The parts of the codec of chat completions. Pure.
#ifndef BANTO_PROXY_API_OPENAI_CHAT_H_
#define BANTO_PROXY_API_OPENAI_CHAT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"

namespace banto::api::openai {

CannotCarry ReadChatRequest(std::string_view body, NeutralRequest* request);
WrittenRequest WriteChatRequest(const NeutralRequest& request, const WorkerForm& worker);

std::unique_ptr<EventReader> ReadChatStream();
bool ReadChatWhole(std::string_view body, AnswerSink* sink);

std::unique_ptr<AnswerWriter> WriteChatStream(const AnswerContext& context, FrameOutput* out);
std::string WriteChatWhole(const AnswerContext& context, const NeutralAnswer& answer);

// ---- Of a request
// Raw values of its members. What has no neutral form, or is of another type, is named as dropped.
void ReadChatMessages(RawJson messages, NeutralRequest* request);
// `functions` and `function_call` are what tools and tool_choice were called before.
struct ToolMembers {
  RawJson tools, tool_choice, functions, function_call;
};
CannotCarry ReadChatTools(const ToolMembers& members, NeutralRequest* request);
// Appends the elements of `messages` that one message becomes, commas between.
void AppendChatMessage(const Message& message, Engines engines, std::string* json,
                       std::vector<std::string>* dropped);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHAT_H_
