// A request of the Messages API, read and written: docs.claude.com, "Messages", and the types of
// anthropic-sdk-python. Pure.
#ifndef BANTO_PROXY_API_ANTHROPIC_MESSAGE_REQUEST_H_
#define BANTO_PROXY_API_ANTHROPIC_MESSAGE_REQUEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"

namespace banto::api::anthropic {

CannotCarry ReadRequest(std::string_view body, NeutralRequest* request);
WrittenRequest WriteRequest(const NeutralRequest& request, const WorkerForm& worker);
WrittenRequest WriteCountRequest(const NeutralRequest& request, const WorkerForm& worker);

// The parts of both.

// The member `system` becomes the first message.
void ReadSystem(RawJson system, NeutralRequest* request);
void ReadMessages(RawJson messages, NeutralRequest* request);
CannotCarry ReadTools(RawJson tools, RawJson choice, NeutralRequest* request);

// Append `,"system":…` and `,"messages":…`, `,"tools":…` and `,"tool_choice":…`.
void AppendConversation(const NeutralRequest& request, Engines engines, std::string* json,
                        std::vector<std::string>* dropped);
void AppendTools(const NeutralRequest& request, std::string* json);

// Appends a tool call's arguments as the object that the API wants: what is none is wrapped in one.
void AppendInput(JsonText arguments, std::string* json);
// Whether a tool call's arguments are the text of one JSON object.
bool IsObject(JsonText arguments);

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_MESSAGE_REQUEST_H_
