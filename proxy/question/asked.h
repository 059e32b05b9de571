// What the body of an API request asks for, besides its model. A value.
#ifndef BANTO_PROXY_QUESTION_ASKED_H_
#define BANTO_PROXY_QUESTION_ASKED_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto {

// A part of a request body. at 0: none, for a body begins with its brace.
struct BodyPart {
  uint32_t at = 0, size = 0;
};

// `part`: a view into `body`.
inline BodyPart PartOf(std::string_view body, std::string_view part) {
  return {static_cast<uint32_t>(part.data() - body.data()), static_cast<uint32_t>(part.size())};
}

// How an answer is packed.
struct Packaging {
  bool stream = false;
  bool with_usage = false;  // a stream, with a frame of usage
  bool operator==(const Packaging&) const = default;
};

// The parts of a body that make its prompt, in the order in which a template puts them.
using PromptParts = std::array<BodyPart, 4>;

struct Asked {
  bool stream = false;
  bool retry_allowed = true;              // Ollama's load and unload: never
  bool asks_nothing = false;              // only that a model be loaded or unloaded
  api::RequestExpectations expectations;  // what a complete answer must have
  BodyPart usage_spot;                    // where a stream's usage can be asked for (usage_wish.h)

  PromptParts prompt;  // of an API's request
  BodyPart session;    // the name that it gives to its conversation

  Packaging packaging() const { return {stream, expectations.usage_requested}; }
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ASKED_H_
