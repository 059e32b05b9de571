// Members that requests of this API's operations have in common, read and written. Pure.
#ifndef BANTO_PROXY_API_OPENAI_REQUEST_TEXT_H_
#define BANTO_PROXY_API_OPENAI_REQUEST_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/api/neutral_request.h"

namespace banto::api::openai {

// Why a body cannot be read.
inline constexpr const char* kNoObject = "The request is not a JSON object.";

// Takes model, stream, stream_options and stop. False: `key` is none of them.
bool TakeCommon(std::string_view key, RawJson value, NeutralRequest* request);

// `{"model":"…"`
void BeginRequest(std::string_view model, std::string* json);
void AppendStop(const std::vector<JsonText>& stop, std::string* json);
// A stream asks for its usage, which translated answers need.
void AppendStream(bool stream, const WorkerForm& worker, std::string* json);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_REQUEST_TEXT_H_
