// What a request asks, in no API's words: the hub through which each API is translated into each
// other (codec.h). Off the path of requests that a worker takes as they came.
#ifndef BANTO_PROXY_API_NEUTRAL_REQUEST_H_
#define BANTO_PROXY_API_NEUTRAL_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/json_text.h"
#include "proxy/api/setting.h"

namespace banto::api {

// A piece of a message, or of an answer.
struct Part {
  enum class Kind : uint8_t {
    kText,             // text
    kImage,            // media_type and data, or url
    kReasoning,        // text; signature, where its API signs it
    kSealedReasoning,  // data: only its maker can read it (redacted_thinking, encrypted_content)
    kRefusal,          // text
    kToolCall,         // id, name, arguments
    kToolResult,       // id of the call, name of the tool if known, parts, is_error
  };
  Kind kind = Kind::kText;
  JsonText text;
  JsonText id, name;
  JsonText arguments;  // a tool call's: the text of a JSON object (models may write it badly)
  JsonText signature;
  JsonText data;        // base64, or what is sealed
  JsonText media_type;  // "image/png"
  JsonText url;         // of an image that the worker is to fetch
  JsonText detail;      // "low", "high": how closely to look at an image
  std::vector<Part> parts;
  bool is_error = false;
};

enum class Role : uint8_t { kSystem, kDeveloper, kUser, kAssistant, kTool };

struct Message {
  Role role = Role::kUser;
  std::vector<Part> parts;  // kTool: one or more kToolResult
  JsonText name;            // of the speaker
};

// A function that the model may call. Tools that run at the server of their API, or are no JSON
// functions, are no such tools: a codec names them as dropped.
struct Tool {
  JsonText name, description;
  RawJson parameters;  // a JSON schema; empty: none
  RawJson strict;      // true or false; empty: not said
};

struct ToolChoice {
  enum class Kind : uint8_t {
    kUnset,
    kAuto,
    kNone,
    kRequired,  // any of them
    kNamed,     // `name`
  };
  Kind kind = Kind::kUnset;
  JsonText name;
};

// The form that the answer's text must have.
struct AnswerFormat {
  enum class Kind : uint8_t { kUnset, kText, kJsonObject, kJsonSchema };
  Kind kind = Kind::kUnset;
  JsonText name, description;
  RawJson schema;
  RawJson strict;
};

// Whether and how much the model is to think before it answers.
struct ReasoningWish {
  enum class Kind : uint8_t { kUnset, kOff, kOn };
  Kind kind = Kind::kUnset;
  JsonText effort;        // "minimal", "low", "medium", "high"; empty: not said
  RawJson budget;         // tokens
  bool adaptive = false;  // kOn: only as far as the model finds it of use
};

// Views point into the request's body, or into `store`. Neither copied nor moved.
struct NeutralRequest {
  NeutralRequest() = default;
  NeutralRequest(const NeutralRequest&) = delete;
  NeutralRequest& operator=(const NeutralRequest&) = delete;

  JsonText model;
  bool stream = false;
  bool include_usage = false;  // the client wants usage in its stream (OpenAI's stream_options)

  // A conversation. System and developer messages are among the others, in their order.
  std::vector<Message> messages;
  std::vector<Tool> tools;
  ToolChoice tool_choice;
  AnswerFormat format;
  ReasoningWish reasoning;

  // A prompt without a template (completions), and inputs to embed: a raw string, list of strings,
  // list of token ids, or list of such lists.
  RawJson prompt, inputs;
  bool base64 = false;  // embeddings are wanted in base64

  std::vector<JsonText> stop;
  SettingValues settings;

  // Members of the client's API that have no neutral form, by the names it gives them:
  // "service_tier", "tools[web_search]", "messages[].content[input_audio]". Each once.
  std::vector<std::string> dropped;
  // Beside a reader's CannotCarry: the client's API's own code for it; nullptr: it has none.
  const char* refusal_code = nullptr;
  TextStore store;
};

// Adds a name once; the first 64 are kept.
void AddDropped(std::string name, std::vector<std::string>* dropped);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_NEUTRAL_REQUEST_H_
