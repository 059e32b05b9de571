// What an API request's body asks for, besides its model. A value.
#ifndef BANTO_PROXY_QUESTION_ASKED_H_
#define BANTO_PROXY_QUESTION_ASKED_H_

#include "proxy/api/answer_reader.h"

namespace banto {

struct Asked {
  bool stream = false;
  bool retry_allowed = true;              // Ollama's load and unload: never
  api::RequestExpectations expectations;  // of an answer, to be complete
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_ASKED_H_
