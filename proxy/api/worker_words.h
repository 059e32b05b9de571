// What a worker's error says, in whichever of the shapes of engines, frameworks and gateways it
// came (wire-compatibility.md §1.5). A text that was cut short is read as far as it goes: FastAPI
// quotes the whole prompt behind its message. Pure.
#ifndef BANTO_PROXY_API_WORKER_WORDS_H_
#define BANTO_PROXY_API_WORKER_WORDS_H_

#include <string>
#include <string_view>

namespace banto::api {

struct WorkerWords {
  std::string message;                        // never empty
  std::string type;                           // empty: it follows from the status
  std::string param = "null", code = "null";  // raw JSON
};

WorkerWords HearWorker(int status, std::string_view content_type, std::string_view body);

// What a body is, seen as an error: whether clients of an API can read it as it is.
struct ErrorForm {
  bool whole = false;   // a JSON object; else nothing below counts
  bool nested = false;  // `error` is an object: `words` is what it says
  bool text = false;    // `error` is a text
  WorkerWords words;
  std::string type;  // beside `error`
};
ErrorForm ReadErrorForm(std::string_view body);

// Whether a whole answer behind a good status is an error all the same.
bool SaysError(std::string_view body);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_WORKER_WORDS_H_
