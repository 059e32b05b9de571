// What the body of an API request asks for, besides its model. A value.
#ifndef BANTO_PROXY_QUESTION_ASKED_H_
#define BANTO_PROXY_QUESTION_ASKED_H_

#include "proxy/api/answer_reader.h"

namespace banto {

struct Asked {
  bool stream = false;
  bool retry_allowed = true;              // Ollama's load and unload: never
  bool asks_nothing = false;              // only that a model be loaded or unloaded
  api::RequestExpectations expectations;  // what a complete answer must have
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ASKED_H_
