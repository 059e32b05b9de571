// Whether a response is complete by its API's rules (wire-compatibility.md §4.6), and where its
// identity stands. Pure.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_CHECK_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_CHECK_H_

#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/json_text.h"
#include "proxy/api/stream_reader.h"

namespace banto::api::openai {

// The members of a response that tell.
struct ResponseWords {
  RawJson id, created, completed;  // the id without its quotes
  RawJson status, incomplete, output, usage;
  bool is_error = false;
  bool has_state = false;  // the server says that it keeps it, or continues another
};
// Takes down one member.
void TakeWord(std::string_view key, RawJson value, ResponseWords* words);

// Whether it came to an end of its own, be it by a limit.
bool HasEnded(const ResponseWords& words);

// Its spans in `bytes`.
void LocateResponse(const ResponseWords& words, std::string_view bytes, FrameVerdict* spans);

// The verdict on a response that has ended.
Completeness JudgeResponse(const ResponseWords& words);

// A Dialect's check_whole and read_stream.
Completeness CheckResponse(const RequestExpectations& expectations, std::string_view body,
                           FrameVerdict* spans, Usage* usage);
std::unique_ptr<StreamReader> ReadResponseEvents(const RequestExpectations& expectations);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_CHECK_H_
