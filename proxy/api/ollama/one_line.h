// Text that goes into a line of NDJSON. Clients that split it by Unicode's line ends (Python's
// splitlines) must not find any inside. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_ONE_LINE_H_
#define BANTO_PROXY_API_OLLAMA_ONE_LINE_H_

#include <string>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api::ollama {

// Appends valid JSON, or the inside of a JSON string: U+0085, U+2028 and U+2029 are escaped, and
// the line ends between a value's parts become spaces.
void AppendOneLine(std::string_view json, std::string* out);

// Appends a tool call's arguments as an object. What is no JSON object is never passed on as JSON:
// it becomes {"arguments":"…"}, and nothing at all becomes {}.
void AppendArguments(JsonText arguments, std::string* out);

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_ONE_LINE_H_
