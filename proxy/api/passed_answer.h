// Answers that are passed through and never kept: they are read only to know whether they are an
// error in disguise, and how many tokens they took. Pure.
#ifndef BANTO_PROXY_API_PASSED_ANSWER_H_
#define BANTO_PROXY_API_PASSED_ANSWER_H_

#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/stream_reader.h"

namespace banto::api {

// A Dialect's check_whole.
Completeness CheckPassed(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict* spans, Usage* usage);

// A Dialect's read_stream: whatever is no error is a token.
std::unique_ptr<StreamReader> ReadPassed(const RequestExpectations& expectations);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_PASSED_ANSWER_H_
